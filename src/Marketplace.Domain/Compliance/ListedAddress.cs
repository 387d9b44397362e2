namespace Marketplace.Domain.Compliance;

/// <summary>An address of a chain that a list names.</summary>
/// <param name="Currency">As the list writes it, such as SOL or XBT.</param>
/// <param name="Value">The address, at most 256 characters, in its own spelling.</param>
public sealed record ListedAddress(string Currency, string Value)
{
    /// <summary>Longest address that a list may name (OFAC, FAQ 563).</summary>
    public const int LengthMax = 256;

    private const string EvmPrefix = "0x";
    private const int EvmLength = 42;

    /// <summary>
    /// What two spellings of one address have in common: base 58 tells upper from lower case, so it is kept; an EVM
    /// address does not (EIP-55 only adds a check sum by case), so it is lowered.
    /// </summary>
    public static string KeyOf(string address) =>
        address.Length == EvmLength
        && address.StartsWith(EvmPrefix, StringComparison.OrdinalIgnoreCase)
        && address.AsSpan(EvmPrefix.Length).IndexOfAnyExcept(HexLetters) < 0
            ? address.ToLowerInvariant()
            : address;

    private static readonly System.Buffers.SearchValues<char> HexLetters =
        System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");
}
