namespace Marketplace.Ledger;

/// <summary>One leg as it will be written.</summary>
internal readonly record struct PostingRow(long AccountId, long Amount, long BalanceAfter, long VersionAfter);
