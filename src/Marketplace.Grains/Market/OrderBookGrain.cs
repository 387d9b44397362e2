using Marketplace.Domain.Devices;
using Marketplace.Domain.Market;
using Marketplace.Domain.Market.Admission;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Devices;
using Marketplace.Grains.Ledger;
using Marketplace.Ledger;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Market;

/// <summary>
/// The book of one device class: offers and tickets, in memory. Several books may hold one ticket; the job alone
/// decides who gets it. After a restart the tickets come from the register and the offers from heartbeats and takes.
/// </summary>
[GrainType("order-book")]
internal sealed class OrderBookGrain(
    IRegister register, IOptions<MarketOptions> options, IOptions<DeviceOptions> devices, TimeProvider clock)
    : Grain, IOrderBookGrain
{
    private const string KeyPrefix = "book_";
    private const int PageRows = 1_000;

    private readonly Dictionary<DeviceId, Offer> _offers = [];
    private readonly Dictionary<DeviceId, long> _hinted = [];
    private readonly Dictionary<string, Waiting> _tickets = new(StringComparer.Ordinal);
    private readonly SortedSet<(DateTimeOffset At, string Work)> _order = [];
    private long _hints;

    public static string KeyOf(DeviceClass deviceClass) => KeyPrefix + deviceClass.Value;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await Rebuild(RegisterKinds.Job, cancellationToken);
        await Rebuild(RegisterKinds.Render, cancellationToken);
    }

    public Task Publish(Offer offer, CancellationToken cancel = default)
    {
        var isNew = !_offers.ContainsKey(offer.Device);
        _offers[offer.Device] = offer;

        if (isNew && _order.Count > 0)
        {
            Hint(offer.Device);
        }

        return Task.CompletedTask;
    }

    public Task Withdraw(DeviceId device, CancellationToken cancel = default)
    {
        _offers.Remove(device);
        _hinted.Remove(device);
        return Task.CompletedTask;
    }

    public Task Enqueue(WorkTicket ticket, CancellationToken cancel = default)
    {
        if (!Add(ticket))
        {
            return Task.CompletedTask;
        }

        var now = clock.GetUtcNow();
        var idle = _offers.Values
            .Where(offer => IsThere(offer, now) && MayTake(offer, ticket))
            .OrderBy(offer => _hinted.GetValueOrDefault(offer.Device))
            .Take(Math.Max(options.Value.HintsPerTicket, Math.Min(ticket.Seats, _offers.Count)))
            .ToArray();

        foreach (var offer in idle)
        {
            Hint(offer.Device);
        }

        return Task.CompletedTask;
    }

    public Task Remove(string work, CancellationToken cancel = default)
    {
        if (_tickets.Remove(work, out var waiting))
        {
            _order.Remove((waiting.Ticket.EnqueuedAt, work));
        }

        return Task.CompletedTask;
    }

    public Task<WorkTicket?> Take(Offer offer, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        _offers[offer.Device] = offer;

        foreach (var (_, work) in _order)
        {
            var waiting = _tickets[work];

            if (waiting.HiddenUntil <= now && MayTake(offer, waiting.Ticket))
            {
                // A render seats several devices at once, so it stays in sight.
                waiting.HiddenUntil = waiting.Ticket.Seats > 1 ? now : now + options.Value.TicketHidden;
                return Task.FromResult<WorkTicket?>(waiting.Ticket);
            }
        }

        return Task.FromResult<WorkTicket?>(null);
    }

    public Task<IReadOnlyList<Offer>> Offers(CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();

        foreach (var silent in _offers.Values.Where(offer => !IsThere(offer, now)).ToArray())
        {
            _offers.Remove(silent.Device);
            _hinted.Remove(silent.Device);
        }

        return Task.FromResult<IReadOnlyList<Offer>>([.. _offers.Values]);
    }

    public Task<int> Depth(CancellationToken cancel = default) => Task.FromResult(_order.Count);

    private static bool MayTake(Offer offer, WorkTicket ticket) =>
        !ticket.Excluded.Contains(offer.Device)
        && ticket.Barred?.Contains(offer.Provider) != true
        && Admit.Check(offer, ticket.Needs).Count == 0;

    private bool IsThere(Offer offer, DateTimeOffset now) => now < offer.HeardAt + devices.Value.SilentAfter;

    private bool Add(WorkTicket ticket)
    {
        if (_tickets.Remove(ticket.Work, out var known))
        {
            _order.Remove((known.Ticket.EnqueuedAt, ticket.Work));
        }

        if (_tickets.Count >= options.Value.TicketsMax)
        {
            return false;
        }

        _tickets[ticket.Work] = new(ticket);
        _order.Add((ticket.EnqueuedAt, ticket.Work));
        return true;
    }

    private void Hint(DeviceId device)
    {
        _hinted[device] = ++_hints;
        GrainFactory.GetGrain<IRigDirectoryGrain>(0).HintWork(device).Ignore();
    }

    private async Task Rebuild(string kind, CancellationToken cancel)
    {
        long? before = null;

        while (_tickets.Count < options.Value.TicketsMax)
        {
            var rows = await register.List(kind, null, WorkWords.Queued, before, PageRows, cancel);

            foreach (var row in rows)
            {
                if (ListDetail.Read<ListDetail.Work>(row.Detail).Ticket is { } ticket && IsForThisBook(ticket.Needs))
                {
                    Add(ticket);
                }
            }

            if (rows.Count < PageRows)
            {
                return;
            }

            before = rows[^1].Sequence;
        }
    }

    private bool IsForThisBook(WorkNeeds needs) =>
        needs.Class is null || KeyOf(needs.Class.Value) == this.GetPrimaryKeyString();

    private sealed class Waiting(WorkTicket ticket)
    {
        public WorkTicket Ticket => ticket;

        public DateTimeOffset HiddenUntil { get; set; }
    }
}
