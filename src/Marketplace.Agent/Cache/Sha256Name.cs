using System.Buffers;

namespace Marketplace.Agent.Cache;

/// <summary>Checks names that come from outside before they become file names or routes.</summary>
internal static class Sha256Name
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>True for 64 lower-case hexadecimal digits, and nothing else.</summary>
    public static bool IsValid(string? text) =>
        text is { Length: 64 } && !text.AsSpan().ContainsAnyExcept(Digits);
}
