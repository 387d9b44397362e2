namespace Marketplace.Grains.Inference;

/// <summary>Computes texts again to see whether they stand; its work is done off the grain's thread.</summary>
public interface ILogitAuditor
{
    /// <summary>Checks one text. The same text has the same outcome, however often it is asked for.</summary>
    /// <exception cref="TimeoutException">Too much waits to be checked; try again later.</exception>
    Task<LogitAuditOutcome> Audit(LogitAuditRequest text, CancellationToken cancel = default);

    /// <summary>The same of vectors; positions of its verdict are inputs.</summary>
    /// <exception cref="TimeoutException">Too much waits to be checked; try again later.</exception>
    Task<LogitAuditOutcome> Audit(VectorAuditRequest vectors, CancellationToken cancel = default);
}
