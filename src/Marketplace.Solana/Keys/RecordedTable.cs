namespace Marketplace.Solana.Keys;

/// <summary>A lookup table of ours as we have written it down before anything of it was signed.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Addresses">All that are in it or are planned to be, in order.</param>
/// <param name="Known">How many of them, from the first on, the chain is final about: only these are looked up.</param>
/// <param name="IsRetired">Nothing is looked up in it and nothing put into it any more.</param>
public sealed record RecordedTable(
    PublicKey Address, IReadOnlyList<PublicKey> Addresses, int Known, bool IsRetired = false);
