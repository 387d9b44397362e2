namespace Marketplace.Ledger;

/// <summary>One journal as one account saw it; amount and balance after it with debit positive.</summary>
public sealed record StatementLine(
    long Sequence, DateTimeOffset At, string Key, string Kind, long Amount, long BalanceAfter);
