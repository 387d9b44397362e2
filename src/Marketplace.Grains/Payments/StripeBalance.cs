using System.Text.Json;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Ledger;
using Marketplace.Ledger.Verify;
using Marketplace.Stripe;

namespace Marketplace.Grains.Payments;

/// <summary>
/// Stripe's account of our balance beside the books. What only this account tells of, such as Stripe's own fees, gets
/// its journal here. Another line that no journal tells of is asked about first: its event may never have come. What is
/// left then is told, and never corrected by itself.
/// </summary>
internal sealed class StripeBalance(
    IBook book, IRegister register, CardSource source, TimeProvider clock, bool postsOwn = true)
    : IStripeEvidence
{
    /// <summary>Unexplained lines that one report names.</summary>
    public const int UnexplainedMax = 20;

    private const int StatementPagesMax = 1_000;
    private const int StatementPage = 100;

    /// <inheritdoc/>
    public async Task<StripeEvidence> Read(CancellationToken cancel = default)
    {
        if (source.Cards is not { } cards)
        {
            // Nothing was ever there, and nothing can be.
            return (await book.Statement(Chart.Stripe, null, 1, cancel)).Count == 0
                ? new StripeEvidence(0, [])
                : throw new EvidenceMissingException(
                    $"{PaymentOptions.Section}:{nameof(PaymentOptions.StripeApiKey)} is not set, and the books tell of "
                        + "money at Stripe");
        }

        // A fee of this hour is no break: nobody but Stripe's account will ever tell of it.
        var (evidence, entries) = await Look(cards, cancel);
        var booked = await Booked(cancel);

        if (postsOwn)
        {
            await PostOwn(entries, booked, cancel);
            return evidence;
        }

        return await WithoutOwn(evidence, entries, booked, cancel);
    }

    /// <summary>Asks about what the books do not know, then compares.</summary>
    /// <param name="look">Has the top-up looked at that a payment belongs to.</param>
    /// <param name="cancel">Ends the work.</param>
    public async Task<ReconciliationView?> Reconcile(Func<string, Task> look, CancellationToken cancel)
    {
        if (source.Cards is not { } cards)
        {
            return null;
        }

        var (_, entries) = await Look(cards, cancel);
        var booked = await Booked(cancel);
        await PostOwn(entries, booked, cancel);

        foreach (var entry in entries)
        {
            var told = StripeLines.Of(entry, await StateOf(entry, cancel));

            if (entry.PaymentIntent is { } intent && told.Any(line => !booked.ContainsKey(line.Journal)))
            {
                await look(intent);
            }
        }

        return await Compare(cards, cancel);
    }

    /// <summary>What the last comparison came to, or null.</summary>
    public async Task<ReconciliationView?> Last(CancellationToken cancel) =>
        await register.List(RegisterKinds.Reconciliation, null, null, null, 1, cancel) is [var row]
            ? JsonSerializer.Deserialize<ReconciliationView>(row.Detail, JsonSerializerOptions.Web)
            : null;

    /// <summary>For who may write nothing: what a host would post from this account alone is left out of it.</summary>
    private async Task<StripeEvidence> WithoutOwn(
        StripeEvidence evidence,
        IReadOnlyList<StripeEntry> entries,
        Dictionary<string, long> booked,
        CancellationToken cancel)
    {
        var waiting = new HashSet<string>(StringComparer.Ordinal);

        foreach (var entry in entries)
        {
            if (StripeLines.Own(entry, await StateOf(entry, cancel), source.AdjustmentMax) is { } own
                && !booked.ContainsKey(own.Key))
            {
                waiting.Add(own.Key);
            }
        }

        var left = evidence.Lines.ToLookup(line => waiting.Contains(line.Journal));
        return new(evidence.BalanceMicroUsd - left[true].Sum(line => line.MicroUsd), [.. left[false]]);
    }

    /// <summary>One that the books refuse stays unexplained, and is told.</summary>
    private async Task PostOwn(
        IReadOnlyList<StripeEntry> entries, Dictionary<string, long> booked, CancellationToken cancel)
    {
        foreach (var entry in entries)
        {
            if (StripeLines.Own(entry, await StateOf(entry, cancel), source.AdjustmentMax) is { } own
                && !booked.ContainsKey(own.Key))
            {
                await book.Post(Entry.Of(own), cancel);
            }
        }
    }

    private async Task<ReconciliationView> Compare(StripeCards cards, CancellationToken cancel)
    {
        var (evidence, entries) = await Look(cards, cancel);
        var booked = await Booked(cancel);
        var unexplained = new List<string>();

        foreach (var lines in evidence.Lines.GroupBy(line => line.Journal, StringComparer.Ordinal))
        {
            var told = lines.Sum(line => line.MicroUsd);

            if (!booked.Remove(lines.Key, out var posted) || posted != told)
            {
                unexplained.Add($"{lines.First().Transaction}: {told} at Stripe, {posted} under {lines.Key}");
            }
        }

        if (entries.Count > 0)
        {
            unexplained.AddRange(booked.Select(pair => $"{pair.Key}: {pair.Value} in the books, nothing at Stripe"));
        }

        var balance = await book.Balance(Chart.Stripe, cancel);
        var view = new ReconciliationView(
            clock.GetUtcNow(),
            balance.Amount,
            evidence.BalanceMicroUsd,
            entries.Count,
            [.. unexplained.Take(UnexplainedMax)]);
        await register.Put([Line(view)], cancel);
        return view;
    }

    private static RegisterRow Line(ReconciliationView view) => new(
        RegisterKinds.Reconciliation,
        $"rec_{view.At.UtcDateTime:yyyyMMddHHmmssfff}",
        string.Empty,
        view.Agrees ? "agrees" : "differs",
        JsonSerializer.Serialize(view, JsonSerializerOptions.Web),
        null);

    /// <summary>What is on its way by a refund that has not succeeded is added back: the books hold it.</summary>
    private async Task<(StripeEvidence Evidence, IReadOnlyList<StripeEntry> Entries)> Look(
        StripeCards cards, CancellationToken cancel)
    {
        var entries = await cards.Lines(cancel);
        var balance = await cards.Balance(TopUpCycle.Currency, cancel);
        var lines = new List<StripeLine>();
        var onTheWay = 0L;

        foreach (var entry in entries)
        {
            var state = await StateOf(entry, cancel);
            lines.AddRange(StripeLines.Of(entry, state));
            onTheWay += StripeLines.IsInNoJournal(state) ? entry.Net : 0;
        }

        return (new StripeEvidence((balance - onTheWay) * Cents.MicrosPerCent, lines), entries);
    }

    private async Task<CardRefundState?> StateOf(StripeEntry entry, CancellationToken cancel) =>
        StripeLines.RefundOf(entry) is { } id
        && await register.Find(RegisterKinds.CardRefund, id, cancel) is { } row
        && Enum.TryParse<CardRefundState>(row.State, ignoreCase: true, out var state)
            ? state
            : null;

    /// <summary>Every journal that moved our balance at Stripe, with what it moved.</summary>
    private async Task<Dictionary<string, long>> Booked(CancellationToken cancel)
    {
        var booked = new Dictionary<string, long>(StringComparer.Ordinal);
        long? before = null;

        for (var page = 0; page < StatementPagesMax; page++)
        {
            var lines = await book.Statement(Chart.Stripe, before, StatementPage, cancel);

            foreach (var line in lines)
            {
                booked[line.Key] = line.Amount;
            }

            if (lines.Count < StatementPage)
            {
                return booked;
            }

            before = lines[^1].Sequence;
        }

        throw new InvalidOperationException($"{Chart.Stripe} has too many journals to compare line by line.");
    }
}
