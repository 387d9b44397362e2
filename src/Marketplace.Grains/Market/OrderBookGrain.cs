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
internal sealed partial class OrderBookGrain(
    IRegister register, IOptions<MarketOptions> options, IOptions<DeviceOptions> devices, TimeProvider clock)
    : Grain, IOrderBookGrain
{
    private const string KeyPrefix = "book_";
    private const int PageRows = 1_000;

    /// <summary>Tickets that one take passes over for the sake of what is loaded where.</summary>
    private const int PassesMax = 32;

    /// <summary>Tickets that the demand is counted from, the oldest.</summary>
    private const int DemandTicketsMax = 10_000;

    private readonly Dictionary<DeviceId, Offer> _offers = [];
    private readonly Dictionary<DeviceId, long> _hinted = [];
    private readonly Dictionary<string, BookTicket> _tickets = new(StringComparer.Ordinal);

    /// <summary>Whose turn it is: older goes first, lines of batches as if they had come later.</summary>
    private readonly SortedSet<(DateTimeOffset Rank, string Work)> _order = [];
    private readonly BookDemand _demand = new();

    /// <summary>Devices with nothing but work that they leave to others, and since when.</summary>
    private readonly Dictionary<DeviceId, DateTimeOffset> _idle = [];

    /// <summary>Hints that wait until a patience is over.</summary>
    private readonly PriorityQueue<Action, DateTimeOffset> _later = new();

    private IGrainTimer? _laterTimer;
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
        HearOfPlaces(offer);

        if (isNew && _order.Count > 0)
        {
            Hint(offer.Device);
        }

        return Task.CompletedTask;
    }

    public Task Withdraw(DeviceId device, CancellationToken cancel = default)
    {
        Forget(device);
        return Task.CompletedTask;
    }

    public Task<bool> Enqueue(WorkTicket ticket, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        var isNew = !_tickets.ContainsKey(ticket.Work);
        _runs.Remove(ticket.Work);

        if (!Add(ticket))
        {
            return Task.FromResult(false);
        }

        if (isNew)
        {
            _demand.Arrived(ticket, now);
        }

        HintOf(ticket, now);
        return Task.FromResult(MayNeedWay(ticket, now));
    }

    public Task Remove(string work, CancellationToken cancel = default)
    {
        _runs.Remove(work);

        if (_tickets.Remove(work, out var waiting))
        {
            _order.Remove((RankOf(waiting.Ticket), work));
        }

        return Task.CompletedTask;
    }

    public Task<WorkTicket?> Take(Offer offer, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        _offers[offer.Device] = offer;

        if (Choose(offer, now) is not { } chosen)
        {
            return Task.FromResult<WorkTicket?>(null);
        }

        _idle.Remove(offer.Device);
        _taken[offer.Device] = chosen.Ticket.Work;
        _emptySince.Remove(offer.Device);
        var taken = chosen.Take(offer.Device, now, options.Value.TicketHidden);

        // Until it is heard of again it has one place less.
        _offers[offer.Device] = offer with { SlotsFree = Math.Max(0, offer.SlotsFree - 1) };
        return Task.FromResult<WorkTicket?>(taken);
    }

    public Task<IReadOnlyList<ModelDemand>> Demand(CancellationToken cancel = default) => Task.FromResult(_demand.Of(
        _order.Take(DemandTicketsMax).Select(one => _tickets[one.Work].Ticket), clock.GetUtcNow()));

    public Task<IReadOnlyList<Offer>> Offers(CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();

        foreach (var silent in _offers.Values.Where(offer => !IsThere(offer, now)).ToArray())
        {
            Forget(silent.Device);
        }

        return Task.FromResult<IReadOnlyList<Offer>>([.. _offers.Values]);
    }

    public Task<int> Depth(CancellationToken cancel = default) => Task.FromResult(_order.Count);

    private static bool IsWarm(Offer offer, WorkTicket ticket) =>
        ticket.Model is { } model && offer.Models?.HasLoaded(model.Sha256) == true;

    /// <summary>
    /// The oldest ticket that the device may have, as <see cref="WorkChoice"/> has it. One that leaves all to others is
    /// hinted again when its patience is over.
    /// </summary>
    private BookTicket? Choose(Offer offer, DateTimeOffset now)
    {
        var seen = new List<BookTicket>();
        var place = WorkChoice.Pick(
            Chances(offer, seen, now), at => IsLeftToOthers(offer, seen[at].Ticket, now), PassesMax);

        if (place is null && seen.Exists(waiting => waiting.Ticket.Scene is not null))
        {
            if (_idle.TryAdd(offer.Device, now))
            {
                Later(now + options.Value.WarmPatience, () => HintAgain(offer.Device));
            }
        }
        else
        {
            _idle.Remove(offer.Device);
        }

        return place is { } at ? seen[at] : null;
    }

    /// <summary>How the device stands to what it may have, the oldest first; what was looked at is put down.</summary>
    private IEnumerable<WorkChance> Chances(Offer offer, List<BookTicket> seen, DateTimeOffset now)
    {
        var patience = options.Value.WarmPatience;
        var idle = _idle.TryGetValue(offer.Device, out var since) ? now - since : TimeSpan.Zero;

        foreach (var (_, work) in _order)
        {
            var waiting = _tickets[work];

            if (waiting.HiddenUntil > now || !MayTake(offer, waiting.Ticket))
            {
                continue;
            }

            seen.Add(waiting);
            yield return waiting.Ticket switch
            {
                { Model: not null } ticket => WorkChance.OfModel(
                    IsWarm(offer, ticket), now - ticket.EnqueuedAt, patience),
                { Scene: not null } ticket => WorkChance.OfScene(
                    FitOf(offer, ticket), idle, Unattended(waiting, now), patience),
                _ => WorkChance.Anybodys,
            };
        }
    }

    /// <summary>
    /// Whether a free device has the model loaded, or a device has more of the scene: its units are many, so that it
    /// comes again.
    /// </summary>
    private bool IsLeftToOthers(Offer offer, WorkTicket ticket, DateTimeOffset now) => _offers.Values.Any(other =>
        other.Device != offer.Device
        && (ticket.Model is not null
            ? other.SlotsFree > 0 && IsWarm(other, ticket)
            : FitOf(other, ticket) > FitOf(offer, ticket))
        && IsThere(other, now)
        && MayTake(other, ticket));

    /// <summary>An agent that tells no models is of before there were models of several files.</summary>
    private static bool MayTake(Offer offer, WorkTicket ticket) =>
        !ticket.Excluded.Contains(offer.Device)
        && ticket.Only?.Contains(offer.Device) != false
        && ticket.Barred?.Contains(offer.Provider) != true
        && (ticket.Model is not { IsBundle: true } || offer.Models is not null)
        && (!ticket.IsAudit || offer.Models?.Audits == true)
        && (!ticket.IsOfTokens || offer.Models?.TakesTokens == true)
        && (!ticket.IsOfCalls || offer.Models?.HoldsCalls == true)
        && (!ticket.TellsPrompt || offer.Models?.TellsPrompts == true)
        && Admit.Check(offer, ticket.Needs).Count == 0;

    private bool IsThere(Offer offer, DateTimeOffset now) => now < offer.HeardAt + devices.Value.SilentAfter;

    private bool Add(WorkTicket ticket)
    {
        if (_tickets.Remove(ticket.Work, out var known))
        {
            _order.Remove((RankOf(known.Ticket), ticket.Work));
        }

        if (_tickets.Count >= options.Value.TicketsMax)
        {
            return false;
        }

        _tickets[ticket.Work] = known?.With(ticket) ?? new(ticket, clock.GetUtcNow());
        _order.Add((RankOf(ticket), ticket.Work));
        return true;
    }

    /// <summary>Those that could take the ticket, the longest without a hint first.</summary>
    private List<Offer> Idle(WorkTicket ticket, DateTimeOffset now) =>
    [
        .. _offers.Values
            .Where(offer => IsThere(offer, now) && MayTake(offer, ticket))
            .OrderBy(offer => _hinted.GetValueOrDefault(offer.Device)),
    ];

    /// <summary>
    /// That it has the model loaded is a device's own word: one is hinted for it, and the rest a moment later.
    /// </summary>
    private void HintOf(WorkTicket ticket, DateTimeOffset now)
    {
        var idle = Idle(ticket, now);

        if (idle.Find(offer => offer.SlotsFree > 0 && IsWarm(offer, ticket)) is { } warm
            && now - ticket.EnqueuedAt < options.Value.WarmPatience)
        {
            Hint(warm.Device);
            Later(ticket.EnqueuedAt + options.Value.WarmPatience, () => HintOthers(ticket.Work));
            return;
        }

        foreach (var offer in idle.OrderByDescending(offer => FitOf(offer, ticket)).Take(HintsOf(ticket)))
        {
            Hint(offer.Device);
        }
    }

    private int HintsOf(WorkTicket ticket) =>
        Math.Max(options.Value.HintsPerTicket, Math.Min(ticket.Seats, _offers.Count));

    /// <summary>Hints at the end of a patience; what is more than a book holds is left to polls.</summary>
    private void Later(DateTimeOffset at, Action hint)
    {
        if (_later.Count >= options.Value.TicketsMax)
        {
            return;
        }

        _later.Enqueue(hint, at);
        _laterTimer ??= this.RegisterGrainTimer(HintLate, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        SetTimer();
    }

    private Task HintLate(CancellationToken cancel)
    {
        while (_later.TryPeek(out var hint, out var at) && at <= clock.GetUtcNow())
        {
            _later.Dequeue();
            hint();
        }

        SetTimer();
        return Task.CompletedTask;
    }

    private void SetTimer()
    {
        if (_later.TryPeek(out _, out var next))
        {
            var wait = next - clock.GetUtcNow();
            _laterTimer!.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _laterTimer!.Dispose();
            _laterTimer = null;
        }
    }

    /// <summary>Hints those without the model of work that no device with it has come for.</summary>
    private void HintOthers(string work)
    {
        var now = clock.GetUtcNow();

        if (_tickets.TryGetValue(work, out var waiting) && waiting.HiddenUntil <= now)
        {
            foreach (var offer in Idle(waiting.Ticket, now)
                .OrderBy(offer => IsWarm(offer, waiting.Ticket))
                .Take(HintsOf(waiting.Ticket)))
            {
                Hint(offer.Device);
            }
        }
    }

    private void HintAgain(DeviceId device)
    {
        if (_offers.ContainsKey(device))
        {
            Hint(device);
        }
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

    private void Forget(DeviceId device)
    {
        _offers.Remove(device);
        _hinted.Remove(device);
        _idle.Remove(device);
        _taken.Remove(device);
        _emptySince.Remove(device);
        _runs.Forget(device);
    }
}
