using Marketplace.Domain.Compliance;

namespace Marketplace.Grains.Abstractions.Compliance;

/// <summary>Reads what compliance keeps; decides nothing; key 0.</summary>
[GrainInterfaceType("compliance"), Alias("IComplianceGrain")]
public interface IComplianceGrain : IGrainWithIntegerKey
{
    /// <summary>The sanctions list in use on the host that answers.</summary>
    [Alias("List")]
    Task<SanctionsListView> List(CancellationToken cancel = default);

    /// <summary>A verdict of screening, or null.</summary>
    [Alias("Verdict")]
    Task<Screening?> Verdict(ScreeningId id, CancellationToken cancel = default);

    /// <summary>Travel records, newest first.</summary>
    [Alias("TravelRecords")]
    Task<Page<TravelRecord>> TravelRecords(long? before, int limit, CancellationToken cancel = default);
}
