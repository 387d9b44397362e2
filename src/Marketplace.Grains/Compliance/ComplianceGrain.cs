using Marketplace.Domain.Compliance;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Compliance;
using Marketplace.Ledger.Compliance;
using Orleans.Concurrency;

namespace Marketplace.Grains.Compliance;

/// <summary>Reads for the API what compliance keeps.</summary>
[StatelessWorker]
[Reentrant]
[GrainType("compliance")]
internal sealed class ComplianceGrain(SanctionsSource source, ScreeningRows screenings, TravelRows travel)
    : Grain, IComplianceGrain
{
    public async Task<SanctionsListView> List(CancellationToken cancel = default)
    {
        var trouble = await source.Trouble(cancel);
        var list = source.Screen?.List;
        return new(
            list?.Edition,
            list?.PublishedOn,
            list?.Parties.Count ?? 0,
            list is null && trouble is null,
            trouble?.Code,
            trouble?.Why,
            source.Problem);
    }

    public Task<Screening?> Verdict(ScreeningId id, CancellationToken cancel = default) =>
        screenings.Find(id, cancel);

    public async Task<Page<TravelRecord>> TravelRecords(
        long? before, int limit, CancellationToken cancel = default)
    {
        var size = Math.Clamp(limit, 1, TravelRows.RowsMax);
        var rows = await travel.List(before, size, cancel);
        return new([.. rows.Select(row => row.Record)], rows.Count == size ? rows[^1].Sequence : null);
    }
}
