using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Market;
using Marketplace.Domain.Market.Admission;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Grains.Devices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace Marketplace.Grains.Market;

/// <summary>
/// Brings work and devices together. It holds nothing: books hold tickets, jobs decide. Reentrant, since a call that
/// waits for a commit would keep all others from a worker, of which there are as many as processors.
/// </summary>
[StatelessWorker]
[Reentrant]
[GrainType("placement")]
internal sealed partial class PlacementGrain(
    DeviceDirectory directory, IOptions<DeviceOptions> devices, TimeProvider clock, ILogger<PlacementGrain> log)
    : Grain, IPlacementGrain
{
    /// <summary>Tickets looked at in one pull, stale ones included.</summary>
    public const int TicketsPerPull = 32;

    /// <summary>Lines of batches that one piece of work asks for a place.</summary>
    private const int YieldTriesMax = 8;

    public async Task<SubmitOutcome> Submit(
        JobId job, AccountId account, InferenceOrder order, CancellationToken cancel = default)
    {
        var grain = GrainFactory.GetGrain<IInferenceJobGrain>(job.Value);
        var why = await WhyNever(order.Needs, cancel);

        if (why is not null && await grain.Describe(cancel) is null)
        {
            return new SubmitOutcome.Unsatisfiable(why);
        }

        var outcome = await grain.Start(account, order, cancel);

        if (outcome is SubmitOutcome.Accepted accepted)
        {
            await Enqueue(accepted.Ticket, cancel);
        }

        return outcome;
    }

    public async Task<SubmitOutcome> SubmitRender(
        RenderId render, AccountId account, RenderOrder order, CancellationToken cancel = default)
    {
        var grain = GrainFactory.GetGrain<IRenderGrain>(render.Value);
        var why = await WhyNever(RenderBudget.FirstNeeds(order), cancel);

        if (why is not null && await grain.Describe(cancel) is null)
        {
            return new SubmitOutcome.Unsatisfiable(why);
        }

        var outcome = await grain.Start(account, order, cancel);

        if (outcome is SubmitOutcome.Accepted accepted)
        {
            await Enqueue(accepted.Ticket, cancel);
        }

        return outcome;
    }

    public async Task<WorkOrder?> WorkFor(DeviceId device, CancellationToken cancel = default)
    {
        var grain = GrainFactory.GetGrain<IDeviceGrain>(device.Value);

        if (await grain.Describe(cancel) is not { Standing: DeviceStanding.Listed } view
            || view.Running >= view.Spec.Slots)
        {
            return null;
        }

        var now = clock.GetUtcNow();
        var free = view.Spec.Slots - view.Running;
        var offer = new Offer(view.Id, view.Provider, view.Spec, view.Ask, free, now, view.Models);
        var book = GrainFactory.GetGrain<IOrderBookGrain>(OrderBookGrain.KeyOf(offer.Class));
        var hold = new DeviceHold(AttemptId.From(Guid.CreateVersion7(now)), now + devices.Value.HoldKept);

        if (await book.Take(offer, cancel) is not { } ticket)
        {
            return null;
        }

        if (await grain.Reserve(hold, cancel) is not ReserveOutcome.Reserved)
        {
            await book.Enqueue(ticket, cancel);
            return null;
        }

        var order = await FirstLive(book, offer, hold.Attempt, ticket, cancel);

        if (order is null)
        {
            await grain.Release(hold.Attempt, cancel);
        }

        return order;
    }

    public async Task Requeue(string work, CancellationToken cancel = default) =>
        await Enqueue(await TicketOf(work, cancel), cancel);

    public async Task<IReadOnlyList<Offer>> Offers(CancellationToken cancel = default)
    {
        var classes = (await directory.Listed(cancel)).Select(offer => offer.Class).Distinct();
        var books = classes.Select(
            known => GrainFactory.GetGrain<IOrderBookGrain>(OrderBookGrain.KeyOf(known)).Offers(cancel));

        return [.. (await Task.WhenAll(books)).SelectMany(offers => offers)];
    }

    /// <summary>The first ticket whose work still waits, assigned to the attempt.</summary>
    private async Task<WorkOrder?> FirstLive(
        IOrderBookGrain book, Offer offer, AttemptId attempt, WorkTicket first, CancellationToken cancel)
    {
        var ticket = first;

        for (var looked = 1; ticket is not null && looked <= TicketsPerPull; looked++)
        {
            if (await Assign(ticket, offer, attempt, cancel) is { } order)
            {
                await TellBooks(book, ticket, offer, attempt, cancel);
                return order;
            }

            await book.Remove(ticket.Work, cancel);

            // What is taken is out of sight for others: nothing is that would not be looked at.
            ticket = looked < TicketsPerPull ? await book.Take(offer, cancel) : null;
        }

        return null;
    }

    private Task<WorkOrder?> Assign(WorkTicket ticket, Offer offer, AttemptId attempt, CancellationToken cancel) =>
        ticket.Kind switch
        {
            WorkKind.Render => GrainFactory.GetGrain<IRenderGrain>(ticket.Work).Assign(offer, attempt, cancel),
            _ => GrainFactory.GetGrain<IInferenceJobGrain>(ticket.Work).Assign(offer, attempt, cancel),
        };

    /// <summary>
    /// The device has the work, whether the books hear of that or not: a fault here must not cost it the attempt, and a
    /// ticket that is left costs a look.
    /// </summary>
    private async Task TellBooks(
        IOrderBookGrain book, WorkTicket ticket, Offer offer, AttemptId attempt, CancellationToken cancel)
    {
        try
        {
            await TakeOut(book, ticket, offer, cancel);

            // Vectors are made in one go, and never yield.
            if (ticket is { IsBatch: true, Kind: not WorkKind.Embedding })
            {
                await book.Began(
                    new(ticket.Work, attempt, offer.Device, clock.GetUtcNow(), ticket.EnqueuedAt), cancel);
            }
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            LogNotTold(log, fault, ticket.Work);
        }
    }

    /// <summary>A job that is taken leaves every book; a render stays while it has units to give.</summary>
    private async Task TakeOut(IOrderBookGrain book, WorkTicket ticket, Offer offer, CancellationToken cancel)
    {
        if (ticket.Kind == WorkKind.Render && await TicketOf(ticket.Work, cancel) is not null)
        {
            return;
        }

        await book.Remove(ticket.Work, cancel);

        foreach (var other in (await Classes(ticket.Needs, cancel)).Where(other => other != offer.Class))
        {
            await GrainFactory.GetGrain<IOrderBookGrain>(OrderBookGrain.KeyOf(other)).Remove(ticket.Work, cancel);
        }
    }

    private async Task Enqueue(WorkTicket? ticket, CancellationToken cancel)
    {
        if (ticket is null)
        {
            return;
        }

        IReadOnlyList<IOrderBookGrain> books =
        [
            .. (await Classes(ticket.Needs, cancel))
                .Select(known => GrainFactory.GetGrain<IOrderBookGrain>(OrderBookGrain.KeyOf(known))),
        ];

        var mayNeedWay = false;

        foreach (var book in books)
        {
            mayNeedWay |= await book.Enqueue(ticket, cancel);
        }

        if (mayNeedWay)
        {
            await MakeWay(ticket, books, cancel);
        }
    }

    /// <summary>
    /// Has a line of a batch give its place to work that somebody waits for, where no place is free. The work is in the
    /// books already: what goes wrong here costs it time, and the sweep tries again.
    /// </summary>
    private async Task MakeWay(WorkTicket ticket, IReadOnlyList<IOrderBookGrain> books, CancellationToken cancel)
    {
        try
        {
            for (var tries = 0; tries < YieldTriesMax; tries++)
            {
                if (await NextToYield(ticket, books, cancel) is not { } run
                    || await GrainFactory.GetGrain<IInferenceJobGrain>(run.Work).Yield(run.Attempt, cancel))
                {
                    return;
                }
            }
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            LogNoWay(log, fault, ticket.Work);
        }
    }

    /// <summary>Of all books the line that was begun last; null where there is none or no need.</summary>
    private static async Task<BatchRun?> NextToYield(
        WorkTicket ticket, IReadOnlyList<IOrderBookGrain> books, CancellationToken cancel)
    {
        var found = new List<(IOrderBookGrain Book, BatchRun Run)>();
        var hasRoom = false;

        foreach (var book in books)
        {
            var way = await book.GiveWay(ticket, cancel);
            hasRoom |= way.HasRoom;

            if (way.Run is { } run)
            {
                found.Add((book, run));
            }
        }

        var newest = hasRoom ? null : BatchRuns.Newest(found.Select(one => one.Run));

        // The others stay where they are.
        foreach (var (book, run) in found.Where(one => one.Run != newest))
        {
            await book.Began(run, cancel);
        }

        return newest;
    }

    [LoggerMessage(1, LogLevel.Warning, "Nothing could be asked to give way to {Work}; the sweep tries again")]
    private static partial void LogNoWay(ILogger log, Exception fault, string work);

    [LoggerMessage(2, LogLevel.Warning, "The books were not told that a device has {Work}")]
    private static partial void LogNotTold(ILogger log, Exception fault, string work);

    /// <summary>
    /// Classes with a device that could take it at some price: asks change, so the book looks at them again.
    /// </summary>
    private async Task<IReadOnlyList<DeviceClass>> Classes(WorkNeeds needs, CancellationToken cancel) =>
    [
        .. (await directory.Listed(cancel))
            .Where(offer => Admit.Check(offer, needs).All(refusal => refusal.Rule == "price"))
            .Select(offer => offer.Class)
            .Distinct(),
    ];

    /// <summary>Why no listed device could take it, or null when one could.</summary>
    private async Task<IReadOnlyList<WhyNot>?> WhyNever(WorkNeeds needs, CancellationToken cancel)
    {
        var listed = await directory.Listed(cancel);

        return listed.Any(offer => Admit.Check(offer, needs).Count == 0) ? null
            : listed.Count == 0 ? [new("device", 0, 0, "no device is listed")]
            : WhyNot.Explain(listed, needs);
    }

    private Task<WorkTicket?> TicketOf(string work, CancellationToken cancel) =>
        work.StartsWith(JobId.Prefix, StringComparison.Ordinal)
            ? GrainFactory.GetGrain<IInferenceJobGrain>(work).Ticket(cancel)
            : GrainFactory.GetGrain<IRenderGrain>(work).Ticket(cancel);
}
