using System.Numerics;
using SharpGLTF.Schema2;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>The curves of a file's channels: numbers over time, whatever they move.</summary>
internal static class GltfCurves
{
    /// <summary>
    /// Reads every curve of every clip as its frames would, so that a clip that cannot be used is found before a frame
    /// asks for it.
    /// </summary>
    /// <exception cref="SceneFormatException">A curve cannot be used; it names clip, sampler and accessors.</exception>
    public static void CheckAll(ModelRoot model, GltfClips clips, SceneWork work)
    {
        foreach (var channel in model.LogicalAnimations.SelectMany(clip => clip.Channels)
            .Where(channel => channel.TargetNode is not null))
        {
            _ = Of(channel, clips, work);
        }
    }

    /// <summary>The curve of a channel; null when it moves nothing that is drawn.</summary>
    /// <exception cref="SceneFormatException">It cannot be used.</exception>
    public static KeyframeCurve? Of(AnimationChannel channel, GltfClips clips, SceneWork work) =>
        channel.TargetNodePath switch
        {
            PropertyPath.scale => Read(channel, channel.GetScaleSampler(), Parts, clips, work),
            PropertyPath.translation => Read(channel, channel.GetTranslationSampler(), Parts, clips, work),
            PropertyPath.rotation => Read(channel, channel.GetRotationSampler(), Parts, clips, work),
            PropertyPath.weights => Read(channel, channel.GetMorphSampler(), weights => [.. weights], clips, work),
            _ => null,
        };

    private static KeyframeCurve? Read<T>(
        AnimationChannel channel,
        IAnimationSampler<T>? sampler,
        Func<T, float[]> parts,
        GltfClips clips,
        SceneWork work)
    {
        if (sampler is null)
        {
            return null;
        }

        var name = clips.NameOf(channel);

        try
        {
            return Read(name, sampler, parts, work);
        }
        catch (Exception fault)
            when (fault is ArgumentException or InvalidOperationException or IndexOutOfRangeException)
        {
            // The parser's: an accessor that leads out of its buffer, or has lanes of another kind.
            throw new SceneFormatException($"glTF: {name}: the numbers cannot be read ({fault.Message}).", fault);
        }
    }

    private static KeyframeCurve Read<T>(
        string name, IAnimationSampler<T> sampler, Func<T, float[]> parts, SceneWork work)
    {
        if (sampler.InterpolationMode == AnimationInterpolationMode.CUBICSPLINE)
        {
            var cubic = work.Count(sampler.GetCubicKeys()).ToArray();
            float[] splines =
            [
                .. work.Count(cubic).SelectMany(key => (float[])
                    [.. parts(key.Value.TangentIn), .. parts(key.Value.Value), .. parts(key.Value.TangentOut)]),
            ];

            return new KeyframeCurve(
                name, KeyframeMode.Cubic, [.. cubic.Select(key => key.Key)], splines, Lanes(splines, cubic.Length * 3));
        }

        var keys = work.Count(sampler.GetLinearKeys()).ToArray();
        float[] values = [.. work.Count(keys).SelectMany(key => parts(key.Value))];
        var mode = sampler.InterpolationMode == AnimationInterpolationMode.STEP
            ? KeyframeMode.Step
            : KeyframeMode.Linear;

        return new KeyframeCurve(name, mode, [.. keys.Select(key => key.Key)], values, Lanes(values, keys.Length));
    }

    private static int Lanes(float[] values, int keys) => keys == 0 ? 0 : values.Length / keys;

    private static float[] Parts(Vector3 v) => [v.X, v.Y, v.Z];

    private static float[] Parts(Quaternion q) => [q.X, q.Y, q.Z, q.W];
}
