namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>The files of one scene: names are checked, bytes are counted.</summary>
internal sealed class SceneFiles(Func<string, ReadOnlyMemory<byte>?> open, SceneLimits limits, SceneMemory memory)
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _opened = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>Why the first file that was refused was refused.</summary>
    public SceneFormatException? Refusal { get; private set; }

    public ReadOnlyMemory<byte> Open(string name)
    {
        try
        {
            return OpenChecked(name);
        }
        catch (SceneFormatException refusal)
        {
            Refusal ??= refusal;
            throw;
        }
    }

    private ReadOnlyMemory<byte> OpenChecked(string name)
    {
        var plain = Uri.UnescapeDataString(name);

        if (_opened.TryGetValue(plain, out var known))
        {
            return known;
        }

        if (!IsInside(plain))
        {
            throw new SceneFormatException($"'{Shown(plain)}' is not a relative path inside the scene.");
        }

        if (open(plain) is not { } bytes)
        {
            throw new SceneFormatException($"the file '{Shown(plain)}' is missing.");
        }

        _bytes += bytes.Length;

        if (_bytes > limits.BytesMax)
        {
            throw new SceneFormatException(
                $"the scene has over {limits.BytesMax} bytes ({nameof(SceneLimits.BytesMax)}).");
        }

        // The parser makes a copy of its own.
        memory.Keep($"the file '{Shown(plain)}'", 2L * bytes.Length);
        _opened[plain] = bytes;

        return bytes;
    }

    /// <summary>No root, drive, scheme, back slash, and no step up.</summary>
    public static bool IsInside(string name) =>
        name.Length is > 0 and < 1024
        && !Path.IsPathRooted(name)
        && name.AsSpan().IndexOfAny('\\', ':', '\0') < 0
        && !name.Split('/').Any(part => part is ".." or "");

    private static string Shown(string text) => text.Length <= 80 ? text : text[..80] + "...";
}
