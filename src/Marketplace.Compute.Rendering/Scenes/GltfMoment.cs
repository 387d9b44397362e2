using System.Numerics;
using SharpGLTF.Schema2;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>A file's nodes at one moment of one clip: where they stand and how far they are morphed.</summary>
internal sealed class GltfMoment
{
    private readonly GltfClips _clips;
    private readonly SceneWork _work;
    private readonly Matrix4x4[] _worlds;
    private readonly Dictionary<int, float[]> _weights = [];

    /// <param name="model">The file.</param>
    /// <param name="clips">What the file's JSON tells of its clips.</param>
    /// <param name="clip">None: the pose in which the file was saved.</param>
    /// <param name="seconds">Time within the clip; outside its keys the pose stands still.</param>
    /// <param name="work">Ends it.</param>
    /// <exception cref="SceneFormatException">A curve of the clip cannot be used.</exception>
    public GltfMoment(ModelRoot model, GltfClips clips, Animation? clip, float seconds, SceneWork work)
    {
        (_clips, _work) = (clips, work);
        var locals = model.LogicalNodes.Select(node => node.LocalMatrix).ToArray();

        foreach (var channels in (clip?.Channels ?? []).Where(channel => channel.TargetNode is not null)
            .GroupBy(channel => channel.TargetNode.LogicalIndex))
        {
            locals[channels.Key] = Posed(model.LogicalNodes[channels.Key], channels, seconds);
        }

        _worlds = locals;
        var pending = new Stack<Node>(GltfNodes.Roots(model));

        while (pending.TryPop(out var node))
        {
            work.Step();

            foreach (var child in node.VisualChildren)
            {
                _worlds[child.LogicalIndex] *= _worlds[node.LogicalIndex];
                pending.Push(child);
            }
        }
    }

    /// <summary>The clip that the options ask for, by name or else by number.</summary>
    /// <exception cref="SceneFormatException">There is no such clip, or the time is no time.</exception>
    public static GltfMoment Of(ModelRoot model, GltfClips clips, SceneOptions options, SceneWork work)
    {
        if (!float.IsFinite(options.AnimationSeconds) || options.AnimationSeconds < 0f)
        {
            throw new SceneFormatException(FormattableString.Invariant(
                $"animation: {options.AnimationSeconds} seconds; allowed are numbers from 0 on."));
        }

        return new GltfMoment(model, clips, Find(model, options.Animation), options.AnimationSeconds, work);
    }

    public Matrix4x4 WorldOf(Node node) => _worlds[node.LogicalIndex];

    public float[] MorphWeightsOf(Node node) =>
        _weights.TryGetValue(node.LogicalIndex, out var known)
            ? known
            : _weights[node.LogicalIndex] = node.GetMorphWeights() is { } given ? [.. given] : [];

    /// <summary>What a clip is called: its name, or its number if it has none.</summary>
    public static string NameOf(Animation clip) =>
        string.IsNullOrEmpty(clip.Name)
            ? clip.LogicalIndex.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : clip.Name;

    private static Animation? Find(ModelRoot model, string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return null;
        }

        var clips = model.LogicalAnimations;
        var culture = System.Globalization.CultureInfo.InvariantCulture;

        return clips.FirstOrDefault(clip => string.Equals(clip.Name, name, StringComparison.Ordinal))
            ?? clips.FirstOrDefault(
                clip => string.Equals(clip.LogicalIndex.ToString(culture), name, StringComparison.Ordinal))
            ?? throw new SceneFormatException(clips.Count == 0
                ? $"animation: '{name}' is not there; the scene has no animation."
                : $"animation: '{name}' is not there; the scene has {string.Join(", ", clips.Select(NameOf))}.");
    }

    private Matrix4x4 Posed(Node node, IEnumerable<AnimationChannel> channels, float seconds)
    {
        var rest = node.LocalTransform.GetDecomposed();
        var (scale, turn, place) = (rest.Scale, rest.Rotation, rest.Translation);

        foreach (var channel in channels)
        {
            if (GltfCurves.Of(channel, _clips, _work) is not { } curve)
            {
                continue;
            }

            var value = curve.At(seconds, rotation: channel.TargetNodePath == PropertyPath.rotation);

            switch (channel.TargetNodePath)
            {
                case PropertyPath.scale:
                    scale = new Vector3(value);
                    break;

                case PropertyPath.translation:
                    place = new Vector3(value);
                    break;

                case PropertyPath.rotation:
                    turn = new Quaternion(value[0], value[1], value[2], value[3]);
                    break;

                case PropertyPath.weights:
                    _weights[node.LogicalIndex] = value;
                    break;
            }
        }

        return Matrix4x4.CreateScale(scale) * Matrix4x4.CreateFromQuaternion(turn) * Matrix4x4.CreateTranslation(place);
    }
}
