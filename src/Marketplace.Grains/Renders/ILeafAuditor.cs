namespace Marketplace.Grains.Renders;

/// <summary>
/// Traces leaves of units again to see whether they stand; its work is done off the grain's thread.
/// </summary>
public interface ILeafAuditor
{
    /// <summary>Checks one unit. The same unit has the same outcome, however often it is asked for.</summary>
    /// <exception cref="TimeoutException">Too much waits to be checked; try again later.</exception>
    Task<UnitAuditOutcome> Audit(UnitAuditRequest unit, CancellationToken cancel = default);

    /// <summary>Checks one unit of a rejected frame; otherwise as <see cref="Audit"/>.</summary>
    /// <exception cref="TimeoutException">Too much waits to be checked; try again later.</exception>
    Task<UnitAuditOutcome> Recheck(UnitRecheckRequest unit, CancellationToken cancel = default);
}
