namespace Marketplace.Solana;

/// <summary>Addresses that a v0 message takes from a lookup table instead of spelling them out.</summary>
public sealed record TableLookup(
    PublicKey Table, ReadOnlyMemory<byte> WritableIndexes, ReadOnlyMemory<byte> ReadOnlyIndexes);
