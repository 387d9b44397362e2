namespace Marketplace.Ledger;

/// <summary>One line of the trial balance; debit positive, credit negative.</summary>
public sealed record TrialBalanceLine(string Account, string Asset, long Balance, long Held);
