namespace Marketplace.Ledger.Payouts;

/// <summary>One address in a lookup table.</summary>
/// <param name="Address">What is looked up.</param>
/// <param name="Wallet">Whose token account it is; null for the mint and the treasury's own account.</param>
public sealed record LookupPlace(string Address, string? Wallet);
