namespace Marketplace.Grains.Inference;

/// <summary>Computes texts again to see whether they stand; its work is done off the grain's thread.</summary>
public interface ILogitAuditor
{
    /// <summary>Checks one text. The same text has the same outcome, however often it is asked for.</summary>
    /// <exception cref="TimeoutException">Too much waits to be checked; try again later.</exception>
    Task<LogitAuditOutcome> Audit(LogitAuditRequest text, CancellationToken cancel = default);

    /// <summary>
    /// Looks at what needs no weights, header, letters and end of a text, without waiting for a turn: its outcome is
    /// skipped where those are in order.
    /// </summary>
    Task<LogitAuditOutcome> Look(LogitAuditRequest text, CancellationToken cancel = default);

    /// <summary>An audit of vectors; positions of its verdict are inputs.</summary>
    /// <exception cref="TimeoutException">Too much waits to be checked; try again later.</exception>
    Task<LogitAuditOutcome> Audit(VectorAuditRequest vectors, CancellationToken cancel = default);
}
