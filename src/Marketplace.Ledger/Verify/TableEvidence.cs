namespace Marketplace.Ledger.Verify;

/// <summary>A lookup table of ours as its chain has it.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Differs">How it differs from what is written down of it, or null.</param>
public sealed record TableEvidence(string Address, string? Differs);
