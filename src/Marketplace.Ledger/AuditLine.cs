namespace Marketplace.Ledger;

/// <summary>One administrative act.</summary>
public sealed record AuditLine(
    long Sequence, DateTimeOffset At, string Actor, string Action, string Subject, string Reason, string Hash);
