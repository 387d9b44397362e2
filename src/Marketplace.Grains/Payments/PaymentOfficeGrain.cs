using Marketplace.Domain;
using Marketplace.Domain.Payments;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Grains.Ledger;
using Marketplace.Ledger.Payments;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payments;

/// <summary>Has events and due top-ups looked into, fetches what never arrived, compares the balance.</summary>
[GrainType("payment-office")]
internal sealed partial class PaymentOfficeGrain(
    PaymentInbox inbox,
    TopUpRows rows,
    DepositRows cursors,
    StripeBalance balance,
    CardSource source,
    AdminActs acts,
    IGrainFactory grains,
    IOptions<PaymentOptions> options,
    TimeProvider clock,
    ILogger<PaymentOfficeGrain> log) : Grain, IPaymentOfficeGrain
{
    private const string CatchUpCursor = "stripe:caught-up";
    private const string ReconcileCursor = "stripe:reconciled";
    private const int TopUpsMax = 50;
    private const int MissedMax = 1_000;

    /// <summary>Stripe keeps events for 30 days.</summary>
    private static readonly TimeSpan EventsKept = TimeSpan.FromDays(29);

    /// <summary>An event may fail to arrive for three days before it counts as missed.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromDays(4);

    public async Task Work(CancellationToken cancel = default)
    {
        if (source.Cards is null)
        {
            return;
        }

        await inbox.Work(
            (id, owned) => grains.GetGrain<ITopUpCaseGrain>(id.Value)
                .LookAfter(owned.Session, owned.PaymentIntent, cancel),
            cancel);

        foreach (var id in await rows.Due(clock.GetUtcNow(), TopUpsMax, cancel))
        {
            await LookSafely(id, cancel);
        }
    }

    public async Task<int> CatchUp(CancellationToken cancel = default)
    {
        if (source.Cards is not { } cards)
        {
            return 0;
        }

        var now = clock.GetUtcNow();
        var last = await At(CatchUpCursor, cancel);
        var since = last is { } time && time - Overlap > now - EventsKept ? time - Overlap : now - EventsKept;
        var fetched = 0;

        foreach (var (told, body) in await cards.Missed(since, MissedMax, cancel))
        {
            fetched += await inbox.Fetched(told, body, cancel) ? 1 : 0;
        }

        await cursors.SaveCursor(CatchUpCursor, $"{now:O}", cancel);
        await Work(cancel);
        return fetched;
    }

    public async Task<bool> Retry(string eventId, AdminAct act, CancellationToken cancel = default)
    {
        AdminActs.Check(act);

        if (!await inbox.Retry(eventId, cancel))
        {
            return false;
        }

        await acts.Record(act, "payment-event.retry", eventId, cancel);
        await Work(cancel);
        return true;
    }

    public async Task<ReconciliationView?> Reconcile(AdminAct? act, CancellationToken cancel = default)
    {
        if (act is not null)
        {
            await acts.Record(act, "stripe.reconcile", "stripe", cancel);
        }

        var view = await balance.Reconcile(intent => LookAtPayment(intent, cancel), cancel);

        if (view is not null)
        {
            await cursors.SaveCursor(ReconcileCursor, $"{view.At:O}", cancel);
        }

        if (view is { Agrees: false })
        {
            LogDiffers(log, view.BookedMicroUsd, view.ProcessorMicroUsd, string.Join("; ", view.Unexplained));
        }

        return view;
    }

    public Task<ReconciliationView?> LastReconciliation(CancellationToken cancel = default) => balance.Last(cancel);

    public async Task Keep(CancellationToken cancel = default)
    {
        await Work(cancel);
        var now = clock.GetUtcNow();

        if (source.Cards is null)
        {
            return;
        }

        if (await At(CatchUpCursor, cancel) is not { } caughtUp || now - caughtUp >= options.Value.CatchUpEvery)
        {
            await CatchUp(cancel);
        }

        if (await At(ReconcileCursor, cancel) is not { } reconciled || now - reconciled >= options.Value.ReconcileEvery)
        {
            await Reconcile(null, cancel);
        }
    }

    private async Task<DateTimeOffset?> At(string cursor, CancellationToken cancel) =>
        await cursors.Cursor(cursor, cancel) is { } text
            ? DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
            : null;

    private async Task LookAtPayment(string intent, CancellationToken cancel)
    {
        if (await source.Cards!.Owner("payment_intent", intent, cancel) is { } owned
            && PrefixedId.Fits(TopUpId.Prefix, owned.TopUp))
        {
            await grains.GetGrain<ITopUpCaseGrain>(owned.TopUp).LookAfter(owned.Session, owned.PaymentIntent, cancel);
        }
    }

    /// <summary>One top-up that cannot be looked at does not keep the others waiting; it stays due.</summary>
    private async Task LookSafely(TopUpId id, CancellationToken cancel)
    {
        try
        {
            await grains.GetGrain<ITopUpGrain>(id.Value).Look(cancel);
        }
        catch (Exception problem) when (!cancel.IsCancellationRequested)
        {
            LogMissed(log, problem, id.Value);
        }
    }

    [LoggerMessage(EventId = 5300, Level = LogLevel.Warning, Message = "Top-up {TopUp} could not be looked at")]
    private static partial void LogMissed(ILogger log, Exception problem, string topUp);

    [LoggerMessage(
        EventId = 5301,
        Level = LogLevel.Error,
        Message = "Stripe and the books differ: {Booked} micro-USD in the books, {Told} at Stripe. {Unexplained}")]
    private static partial void LogDiffers(ILogger log, long booked, long told, string unexplained);
}
