using Marketplace.Domain.Devices;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Market;

namespace Marketplace.Grains.Market;

/// <summary>
/// How lines of batches stand behind what somebody waits for, and which of them gives way where no place is free.
/// Renders end unit by unit and give way by that.
/// </summary>
internal sealed partial class OrderBookGrain
{
    /// <summary>In memory: after a restart the lines under way keep their places.</summary>
    private readonly BatchRuns _runs = new();

    public Task Began(BatchRun run, CancellationToken cancel = default)
    {
        _runs.Add(run, _offers.TryGetValue(run.Device, out var offer) ? offer.Spec.Slots : DeviceSpec.SlotsMax);
        return Task.CompletedTask;
    }

    public Task<WayOutcome> GiveWay(WorkTicket ticket, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();

        if (ticket.IsBatch || !_tickets.ContainsKey(ticket.Work) || HasRoom(ticket, now))
        {
            return Task.FromResult(new WayOutcome(true, null));
        }

        var newest = BatchRuns.Newest(_runs.All
            .Where(run => RankOf(run.EnqueuedAt, isBatch: true) > RankOf(ticket)
                && _offers.TryGetValue(run.Device, out var offer)
                && IsThere(offer, now)
                && MayTake(offer, ticket)));

        if (newest is null || IsAheadOf(ticket, _offers[newest.Device]))
        {
            return Task.FromResult(new WayOutcome(false, null));
        }

        _runs.Remove(newest.Work);
        return Task.FromResult(new WayOutcome(false, newest));
    }

    /// <summary>
    /// Whether a line may have to give way: units of renders end soon by themselves, and audits can wait.
    /// </summary>
    private bool MayNeedWay(WorkTicket ticket, DateTimeOffset now) => _runs.Count > 0
        && ticket is { IsBatch: false, IsAudit: false, Kind: not WorkKind.Render }
        && !HasRoom(ticket, now);

    private bool HasRoom(WorkTicket ticket, DateTimeOffset now) => _offers.Values.Any(
        offer => offer.SlotsFree > 0 && IsThere(offer, now) && MayTake(offer, ticket));

    /// <summary>Whether a line of a batch that has waited long would get the place instead.</summary>
    private bool IsAheadOf(WorkTicket ticket, Offer offer) => _order
        .TakeWhile(one => one.Work != ticket.Work)
        .Take(DemandTicketsMax)
        .Any(one => _tickets[one.Work].Ticket is { IsBatch: true } batch && MayTake(offer, batch));

    /// <summary>
    /// Older goes first; a line of a batch as if it had come later by <see cref="MarketOptions.BatchPatience"/>: so
    /// it has its turn in the end.
    /// </summary>
    private DateTimeOffset RankOf(WorkTicket ticket) => RankOf(ticket.EnqueuedAt, ticket.IsBatch);

    private DateTimeOffset RankOf(DateTimeOffset enqueuedAt, bool isBatch) =>
        isBatch ? enqueuedAt + options.Value.BatchPatience : enqueuedAt;
}
