using System.Globalization;
using System.Text.Json;
using SharpGLTF.Schema2;

namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// The clips of a file as its JSON tells them, checked before any key is read: that a channel's sampler and accessors
/// are there and fit what the channel moves (glTF 2.0, section 3.11), and how much there is to read.
/// </summary>
internal sealed class GltfClips
{
    private const string Input = "input";
    private const string Output = "output";
    private const int ValuesOfCubicKey = 3;

    private readonly Clip[] _clips;

    private GltfClips(Clip[] clips) => _clips = clips;

    /// <exception cref="SceneFormatException">It names clip, sampler and accessor, or the limit.</exception>
    public static GltfClips Of(JsonElement root, SceneLimits limits)
    {
        var accessors = GltfCheck.ArrayOf(root, "accessors");
        var clips = GltfCheck.ArrayOf(root, "animations");
        GltfCheck.Count("animations", clips.Length, limits.AnimationsMax, nameof(SceneLimits.AnimationsMax));
        var (read, channels, keys, values) = (new Clip[clips.Length], 0L, 0L, 0L);

        for (var at = 0; at < clips.Length; at++)
        {
            var moved = GltfCheck.ArrayOf(clips[at], "channels");
            channels += moved.Length;
            GltfCheck.Count(
                "channels of animations", channels, limits.ChannelsMax, nameof(SceneLimits.ChannelsMax));
            read[at] = ClipOf(clips[at], at, moved.Length, accessors);

            for (var channel = 0; channel < moved.Length; channel++)
            {
                var curve = SizeOf(moved[channel], read[at], channel, accessors);
                (keys, values) = (keys + curve.Keys, values + curve.Values);
                GltfCheck.Count("keyframes", keys, limits.KeyframesMax, nameof(SceneLimits.KeyframesMax));
                GltfCheck.Count(
                    "values of keyframes", values, limits.KeyframeValuesMax, nameof(SceneLimits.KeyframeValuesMax));
            }
        }

        return new(read);
    }

    /// <summary>What the curve of a channel is called in a refusal.</summary>
    public string NameOf(AnimationChannel channel)
    {
        var clip = _clips[channel.LogicalParent.LogicalIndex];
        var number = clip.Channels[channel.LogicalIndex];
        var sampler = clip.Samplers[number];

        return clip.Name(number, $" with times in accessor {sampler.Input} and values in {sampler.Output}");
    }

    private static Clip ClipOf(JsonElement clip, int at, int channels, JsonElement[] accessors)
    {
        var name = Text(clip, "name") is { Length: > 0 } given ? given : at.ToString(CultureInfo.InvariantCulture);
        var samplers = GltfCheck.ArrayOf(clip, "samplers");
        var read = new Clip(name, new Sampler[samplers.Length], new int[channels]);

        for (var number = 0; number < samplers.Length; number++)
        {
            read.Samplers[number] = new(
                Index(samplers[number], Input, accessors.Length, what => read.Refuse(number, what)),
                Index(samplers[number], Output, accessors.Length, what => read.Refuse(number, what)),
                Text(samplers[number], "interpolation") == "CUBICSPLINE" ? ValuesOfCubicKey : 1);
        }

        return read;
    }

    /// <summary>Keys and values that a channel reads: 0 of one that moves nothing that is drawn.</summary>
    private static (long Keys, long Values) SizeOf(JsonElement channel, Clip clip, int at, JsonElement[] accessors)
    {
        if (!channel.TryGetProperty("target", out var target) || !target.TryGetProperty("node", out _))
        {
            return default;
        }

        var wanted = Text(target, "path") switch
        {
            "translation" or "scale" => "VEC3",
            "rotation" => "VEC4",
            "weights" => "SCALAR",
            _ => null,
        };

        if (wanted is null)
        {
            return default;
        }

        var number = Index(channel, "sampler", clip.Samplers.Length, what => new SceneFormatException(
            $"glTF: animation '{clip.Title}': {what}"));
        var sampler = clip.Samplers[number];
        clip.Channels[at] = number;
        Expect(sampler.Input, "SCALAR");
        Expect(sampler.Output, wanted);
        var (keys, values) = (CountOf(accessors[sampler.Input]), CountOf(accessors[sampler.Output]));
        var fits = wanted == "SCALAR"
            ? values % (keys * sampler.ValuesPerKey) == 0
            : values == keys * sampler.ValuesPerKey;

        return fits
            ? (keys, values)
            : throw clip.Refuse(
                number,
                $"accessor {sampler.Output} has {values} values for the {keys} keys of accessor {sampler.Input}, "
                + $"{sampler.ValuesPerKey} a key are wanted.");

        void Expect(int accessor, string type)
        {
            if (Text(accessors[accessor], "type") is var found && found != type)
            {
                throw clip.Refuse(number, $"accessor {accessor} is of type {found ?? "none"}, wanted is {type}.");
            }
        }
    }

    /// <summary>At least 1: counts were checked before.</summary>
    private static long CountOf(JsonElement accessor) =>
        accessor.TryGetProperty("count", out var count) ? count.GetInt64() : 1;

    private static int Index(JsonElement of, string name, int count, Func<string, SceneFormatException> refuse) =>
        !of.TryGetProperty(name, out var value) ? throw refuse($"'{name}' is missing.")
            : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var index) && index >= 0 && index < count
                ? index
                : throw refuse($"'{name}' is {value.GetRawText()}, the file has {count} of these.");

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private readonly record struct Sampler(int Input, int Output, int ValuesPerKey);

    private sealed record Clip(string Title, Sampler[] Samplers, int[] Channels)
    {
        public string Name(int sampler, string more = "") => string.Create(
            CultureInfo.InvariantCulture, $"animation '{Title}' sampler {sampler}{more}");

        public SceneFormatException Refuse(int sampler, string what) => new($"glTF: {Name(sampler)}: {what}");
    }
}
