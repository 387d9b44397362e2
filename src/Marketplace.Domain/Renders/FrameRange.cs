using System.Globalization;

namespace Marketplace.Domain.Renders;

/// <summary>Reads frame lists such as <c>1-30,40-60x2</c>: numbers and ranges with an optional step.</summary>
public static class FrameRange
{
    /// <summary>Highest frame number.</summary>
    public const int FrameMax = 1_000_000;

    /// <summary>The frames, ascending and without repeats; the error names the place and what was expected.</summary>
    /// <exception cref="FormatException">The text is no frame list, or it names too many frames.</exception>
    public static IReadOnlyList<int> Parse(string text)
    {
        var frames = new SortedSet<int>();
        var at = 0;

        foreach (var part in text.Split(','))
        {
            var (first, last, step) = ParsePart(part, at);

            for (var frame = first; frame <= last; frame += step)
            {
                frames.Add(frame);

                if (frames.Count > RenderLimits.FramesMax)
                {
                    throw new FormatException($"frames: more than {RenderLimits.FramesMax} frames");
                }
            }

            at += part.Length + 1;
        }

        return [.. frames];
    }

    private static (int First, int Last, int Step) ParsePart(string part, int at)
    {
        var stepAt = part.IndexOf('x', StringComparison.Ordinal);
        var range = stepAt < 0 ? part : part[..stepAt];
        var step = stepAt < 0 ? 1 : Number(part[(stepAt + 1)..], at);
        var dash = range.IndexOf('-', StringComparison.Ordinal);
        var first = Number(dash < 0 ? range : range[..dash], at);
        var last = dash < 0 ? first : Number(range[(dash + 1)..], at);

        return step >= 1 && last >= first
            ? (first, last, step)
            : throw new FormatException($"frames at {at}: '{part}' runs backwards or has no step");
    }

    private static int Number(string text, int at) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= FrameMax
            ? number
            : throw new FormatException(
                $"frames at {at}: '{text}' found, expected a number up to {FrameMax} or a range such as 40-60x2");
}
