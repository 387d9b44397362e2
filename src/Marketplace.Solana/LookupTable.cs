namespace Marketplace.Solana;

/// <summary>An on-chain lookup table and the addresses in it, in order.</summary>
public sealed record LookupTable(PublicKey Address, IReadOnlyList<PublicKey> Addresses);
