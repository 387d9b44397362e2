using System.Text;

namespace Marketplace.Domain.Inference;

/// <summary>
/// Texts that end a generation when they appear in it. The token that completes one is the last; what is shown to the
/// renter ends before it. Two are equal when their texts are, in order.
/// </summary>
/// <param name="Texts">One to <see cref="CountMax"/>, none empty.</param>
[GenerateSerializer, Immutable, Alias("StopStrings")]
public sealed record StopStrings([property: Id(0)] IReadOnlyList<string> Texts)
{
    public const int CountMax = 4;

    /// <summary>Characters of one text.</summary>
    public const int LengthMax = 256;

    public bool Equals(StopStrings? other) =>
        other is not null && Texts.SequenceEqual(other.Texts, StringComparer.Ordinal);

    public override int GetHashCode() =>
        Texts.Aggregate(0, (hash, text) => HashCode.Combine(hash, StringComparer.Ordinal.GetHashCode(text)));

    /// <summary>
    /// Where that one begins which is complete first, as when the text is read letter by letter; null where none is.
    /// </summary>
    public int? FindIn(string text) => Texts
        .Select(stop => (At: text.IndexOf(stop, StringComparison.Ordinal), stop.Length))
        .Where(found => found.At >= 0)
        .OrderBy(found => found.At + found.Length)
        .ThenBy(found => found.At)
        .Select(found => (int?)found.At)
        .FirstOrDefault();

    /// <summary>
    /// Characters at the end of the text that may be the beginning of a stop: not to be shown until more is known.
    /// </summary>
    public int HeldBack(string text) => Texts.Max(stop => Overlap(text, stop));

    /// <summary>Whether tokens follow one that completed a stop.</summary>
    public bool IsPassedBy(IReadOnlyList<Token> tokens)
    {
        var before = new StringBuilder();

        for (var at = 0; at < tokens.Count - 1; at++)
        {
            before.Append(tokens[at].Text);
        }

        return FindIn(before.ToString()) is not null;
    }

    private static int Overlap(string text, string stop)
    {
        for (var length = Math.Min(text.Length, stop.Length - 1); length > 0; length--)
        {
            if (string.CompareOrdinal(text, text.Length - length, stop, 0, length) == 0)
            {
                return length;
            }
        }

        return 0;
    }
}
