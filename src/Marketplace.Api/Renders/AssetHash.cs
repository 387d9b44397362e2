namespace Marketplace.Api.Renders;

/// <summary>The address of a file: SHA-256 as 64 lower-case hex digits.</summary>
internal static class AssetHash
{
    public const string Wanted = "must be a SHA-256 as 64 lower-case hex digits";

    private const int Length = 64;

    public static bool IsOne(string text) => text.Length == Length && text.All(char.IsAsciiHexDigitLower);
}
