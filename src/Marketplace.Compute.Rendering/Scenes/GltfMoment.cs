using System.Numerics;
using SharpGLTF.Schema2;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>A file's nodes at one moment of one clip: where they stand and how far they are morphed.</summary>
internal sealed class GltfMoment
{
    private readonly Matrix4x4[] _worlds;
    private readonly Dictionary<int, float[]> _weights = [];

    /// <param name="model">The file.</param>
    /// <param name="clip">None: the pose in which the file was saved.</param>
    /// <param name="seconds">Time within the clip; outside its keys the pose stands still.</param>
    /// <exception cref="SceneFormatException">A curve of the clip cannot be used.</exception>
    public GltfMoment(ModelRoot model, Animation? clip, float seconds)
    {
        var locals = model.LogicalNodes.Select(node => node.LocalMatrix).ToArray();

        foreach (var channels in (clip?.Channels ?? []).Where(channel => channel.TargetNode is not null)
            .GroupBy(channel => channel.TargetNode.LogicalIndex))
        {
            locals[channels.Key] = Posed(model.LogicalNodes[channels.Key], channels, seconds);
        }

        _worlds = locals;
        var pending = new Stack<Node>(model.LogicalNodes.Where(node => node.VisualParent is null));

        while (pending.TryPop(out var node))
        {
            foreach (var child in node.VisualChildren)
            {
                _worlds[child.LogicalIndex] *= _worlds[node.LogicalIndex];
                pending.Push(child);
            }
        }
    }

    /// <summary>The clip that the options ask for, by name or else by number.</summary>
    /// <exception cref="SceneFormatException">There is no such clip, or the time is no time.</exception>
    public static GltfMoment Of(ModelRoot model, SceneOptions options)
    {
        if (!float.IsFinite(options.AnimationSeconds) || options.AnimationSeconds < 0f)
        {
            throw new SceneFormatException(FormattableString.Invariant(
                $"animation: {options.AnimationSeconds} seconds; allowed are numbers from 0 on."));
        }

        return new GltfMoment(model, Find(model, options.Animation), options.AnimationSeconds);
    }

    public Matrix4x4 WorldOf(Node node) => _worlds[node.LogicalIndex];

    public float[] MorphWeightsOf(Node node) =>
        _weights.TryGetValue(node.LogicalIndex, out var animated)
            ? animated
            : node.GetMorphWeights() is { } given ? [.. given] : [];

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

    private static KeyframeCurve Curve<T>(
        AnimationChannel channel, IAnimationSampler<T> sampler, Func<T, float[]> parts)
    {
        var name = $"animation '{NameOf(channel.LogicalParent)}' channel {channel.LogicalIndex}";

        if (sampler.InterpolationMode == AnimationInterpolationMode.CUBICSPLINE)
        {
            var cubic = sampler.GetCubicKeys().ToArray();
            float[] splines =
            [
                .. cubic.SelectMany(key => (float[])
                    [.. parts(key.Value.TangentIn), .. parts(key.Value.Value), .. parts(key.Value.TangentOut)]),
            ];

            return new KeyframeCurve(
                name, KeyframeMode.Cubic, [.. cubic.Select(key => key.Key)], splines, Lanes(splines, cubic.Length * 3));
        }

        var keys = sampler.GetLinearKeys().ToArray();
        float[] values = [.. keys.SelectMany(key => parts(key.Value))];
        var mode = sampler.InterpolationMode == AnimationInterpolationMode.STEP
            ? KeyframeMode.Step
            : KeyframeMode.Linear;

        return new KeyframeCurve(name, mode, [.. keys.Select(key => key.Key)], values, Lanes(values, keys.Length));
    }

    private static int Lanes(float[] values, int keys) => keys == 0 ? 0 : values.Length / keys;

    private static float[] Parts(Vector3 v) => [v.X, v.Y, v.Z];

    private static float[] Parts(Quaternion q) => [q.X, q.Y, q.Z, q.W];

    private Matrix4x4 Posed(Node node, IEnumerable<AnimationChannel> channels, float seconds)
    {
        var rest = node.LocalTransform.GetDecomposed();
        var (scale, turn, place) = (rest.Scale, rest.Rotation, rest.Translation);

        foreach (var channel in channels)
        {
            switch (channel.TargetNodePath)
            {
                case PropertyPath.scale when channel.GetScaleSampler() is { } sampler:
                    scale = new Vector3(Curve(channel, sampler, Parts).At(seconds, rotation: false));
                    break;

                case PropertyPath.translation when channel.GetTranslationSampler() is { } sampler:
                    place = new Vector3(Curve(channel, sampler, Parts).At(seconds, rotation: false));
                    break;

                case PropertyPath.rotation when channel.GetRotationSampler() is { } sampler:
                    var q = Curve(channel, sampler, Parts).At(seconds, rotation: true);
                    turn = new Quaternion(q[0], q[1], q[2], q[3]);
                    break;

                case PropertyPath.weights when channel.GetMorphSampler() is { } sampler:
                    _weights[node.LogicalIndex] = Curve(channel, sampler, weights => [.. weights])
                        .At(seconds, rotation: false);
                    break;
            }
        }

        return Matrix4x4.CreateScale(scale) * Matrix4x4.CreateFromQuaternion(turn) * Matrix4x4.CreateTranslation(place);
    }
}
