using System.Text.Json;
using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Ledger;
using Marketplace.Grains.Abstractions.Verification;
using Marketplace.Grains.Inference;
using Marketplace.Grains.Market;
using Marketplace.Grains.Verification;
using Marketplace.Ledger;
using Orleans.Concurrency;

namespace Marketplace.Grains.Ledger;

/// <summary>Reads the books and the register for the API; decides nothing.</summary>
[StatelessWorker]
[Reentrant]
[GrainType("statement")]
internal sealed class StatementGrain(
    IBook book,
    IRegister register,
    IAuditLog audit,
    ReceiptProofs receipts,
    ModelManifests manifests,
    FindingStore findings,
    AdminActs acts) : Grain, IStatementGrain
{
    /// <summary>Most items of one page.</summary>
    public const int PageMax = 100;

    private const int RowsMax = 1_000;

    public async Task<BalanceView> Balance(AccountId account, CancellationToken cancel = default)
    {
        var available = await book.Balance(Chart.Available(account), cancel);
        var promo = await book.Balance(Chart.Promo(account), cancel);
        var reserved = Usdc.Zero;

        foreach (var kind in new[] { RegisterKinds.Job, RegisterKinds.Render })
        {
            foreach (var state in WorkWords.Open)
            {
                var rows = await register.List(kind, account.Value, state, null, RowsMax, cancel);
                reserved = rows.Aggregate(
                    reserved, (sum, row) => sum + ListDetail.Read<ListDetail.Work>(row.Detail).Reserved);
            }
        }

        return new(Usdc.FromMicros(available.Free), Usdc.FromMicros(promo.Free), reserved);
    }

    public async Task<EarningsView> Earnings(ProviderId provider, CancellationToken cancel = default)
    {
        var accrued = await book.Balance(Chart.Accrued(provider), cancel);
        var payable = await book.Balance(Chart.Payable(provider), cancel);
        var paid = Usdc.Zero;

        foreach (var row in await register.List(RegisterKinds.Payout, provider.Value, "posted", null, RowsMax, cancel))
        {
            using var detail = JsonDocument.Parse(row.Detail);
            paid += detail.RootElement.TryGetProperty("amount", out var amount)
                && Usdc.TryParse(amount.ToString(), out var read) ? read : Usdc.Zero;
        }

        return new(
            Usdc.FromMicros(accrued.Amount), Usdc.FromMicros(payable.Free), Usdc.FromMicros(payable.Held), paid);
    }

    public async Task<Page<StatementView>> Usage(
        AccountId account, long? before, int limit, CancellationToken cancel = default)
    {
        var size = Clamp(limit);
        var main = await Lines(Chart.Available(account), before, size, cancel);
        var promo = await Lines(Chart.Promo(account), before, size, cancel);

        // One journal may move both: it is one line, with the balance of both.
        var merged = main.Concat(promo)
            .GroupBy(line => line.Sequence)
            .OrderByDescending(group => group.Key)
            .Select(group => group.Aggregate((a, b) => a with { Amount = a.Amount + b.Amount }))
            .Take(size)
            .ToArray();

        return Paged(merged, size, line => line.Sequence);
    }

    public async Task<Page<StatementView>> ProviderMovements(
        ProviderId provider, long? before, int limit, CancellationToken cancel = default)
    {
        var size = Clamp(limit);
        var earned = await Lines(Chart.Accrued(provider), before, size, cancel);
        var payable = await Lines(Chart.Payable(provider), before, size, cancel);

        // A holdback's end moves from one to the other: it is shown where the money arrives.
        var arrived = payable.Select(line => line.Sequence).ToHashSet();
        var merged = earned.Where(line => !arrived.Contains(line.Sequence))
            .Concat(payable)
            .OrderByDescending(line => line.Sequence)
            .Take(size)
            .ToArray();

        return Paged(merged, size, line => line.Sequence);
    }

    public async Task<Page<ListItem>> List(string kind, ListQuery query, CancellationToken cancel = default)
    {
        var size = Clamp(query.Limit);
        var rows = await register.List(kind, query.Owner, query.State, query.Before, size, cancel);
        var items = rows.Select(row => new ListItem(row.Id, row.Owner, row.State, row.Detail, row.CreatedAt));

        return new([.. items], rows.Count == size ? rows[^1].Sequence : null);
    }

    public async Task<long?> Place(string kind, AccountId owner, string id, CancellationToken cancel = default) =>
        await register.Find(kind, id, cancel) is { } row && row.Owner == owner.Value ? row.Sequence : null;

    public async Task<IReadOnlyList<TrialBalanceView>> TrialBalance(CancellationToken cancel = default) =>
    [
        .. (await book.TrialBalance(cancel)).Select(line =>
            new TrialBalanceView(line.Account, line.Asset, line.Balance, line.Held)),
    ];

    public async Task<Page<AuditView>> Audit(long? before, int limit, CancellationToken cancel = default)
    {
        var size = Clamp(limit);
        var lines = await audit.List(before, size, cancel);
        var views = lines.Select(line =>
            new AuditView(line.Sequence, line.At, line.Actor, line.Action, line.Subject, line.Reason));

        return Paged([.. views], size, line => line.Sequence);
    }

    public Task<string?> Receipt(ReceiptId receipt, AccountId? account, CancellationToken cancel = default) =>
        receipts.File(receipt, account, cancel);

    public Task<FindingView?> Finding(FindingId finding, CancellationToken cancel = default) =>
        findings.Find(finding, cancel);

    public Task<ReceiptKeys> ReceiptKeys(CancellationToken cancel = default) => receipts.Keys(cancel);

    public Task<string> ModelManifest(CancellationToken cancel = default) => manifests.File(cancel);

    public Task<string?> ModelNamed(string modelId, CancellationToken cancel = default) =>
        manifests.NameOf(modelId, cancel);

    public Task Record(AdminAct act, string action, string subject, CancellationToken cancel = default) =>
        acts.Record(act, action, subject, cancel);

    private static int Clamp(int limit) => Math.Clamp(limit, 1, PageMax);

    private static Page<TItem> Paged<TItem>(TItem[] items, int size, Func<TItem, long> at) =>
        new(items, items.Length == size ? at(items[^1]) : null);

    private async Task<IReadOnlyList<StatementView>> Lines(
        LedgerAccount account, long? before, int limit, CancellationToken cancel)
    {
        var lines = await book.Statement(account, before, limit, cancel);

        return
        [
            .. lines.Select(line => new StatementView(
                line.Sequence,
                line.At,
                line.Kind,
                line.Key,
                Usdc.FromMicros(account.Natural(line.Amount)),
                Usdc.FromMicros(account.Natural(line.BalanceAfter)))),
        ];
    }
}
