namespace Marketplace.Ledger;

/// <summary>The append-only, hash-chained record of administrative acts.</summary>
public interface IAuditLog
{
    /// <summary>Writes one act; <paramref name="subject"/> is the id acted upon.</summary>
    Task Record(string actor, string action, string subject, string reason, CancellationToken cancel = default);

    /// <summary>Acts, newest first.</summary>
    Task<IReadOnlyList<AuditLine>> List(long? before, int limit, CancellationToken cancel = default);
}
