using System.Data.Common;
using Dapper;

namespace Marketplace.Ledger.Verify;

/// <summary>
/// Checks the books against everything that must always be true of them, in one read of one state. It never repairs.
/// What stands outside is read first, so that the state of the books is not older than what it is compared with.
/// </summary>
public sealed class BooksAudit(LedgerDatabase database, TimeProvider clock)
{
    private static readonly HashSet<string> AtStart = new(["1", "2", "3", "4", "5", "6", "14"], StringComparer.Ordinal);

    /// <summary>Checks the books by themselves: what stands outside is not asked.</summary>
    public Task<BooksReport> Verify(CancellationToken cancel = default) =>
        Verify(BooksEvidence.None, BooksScope.Whole, cancel);

    /// <summary>Checks what the scope asks for.</summary>
    public async Task<BooksReport> Verify(
        BooksEvidence evidence, BooksScope scope = BooksScope.Whole, CancellationToken cancel = default)
    {
        var isWhole = scope == BooksScope.Whole;
        var chain = await Ask(isWhole ? evidence.Chain : null, source => source.Read(cancel), cancel);
        var stripe = await Ask(isWhole ? evidence.Stripe : null, source => source.Read(cancel), cancel);
        var leases = await Ask(isWhole ? evidence.Leases : null, source => source.Read(cancel), cancel);
        var copies = await SealCheck.Read(isWhole ? evidence.Seals : null, cancel);

        await using var snapshot = await BooksSnapshot.Open(database, cancel);
        var parts = new List<AuditPart>
        {
            new("journals", (connection, token) => Journals(connection, copies, isWhole, token)),
            new("accounts", AccountCheck.Run),
        };
        parts.InsertRange(isWhole ? 1 : 0, isWhole ? Whole(evidence, chain, stripe, leases) : []);
        parts.AddRange(BookChecks.All.Concat(WorkChecks.All)
            .Where(check => isWhole || IsAtStart(check))
            .Select(check => AuditPart.Of(check.Id, (connection, token) => Run(connection, check, token))));
        var (journals, accounts) = (0L, 0L);
        parts.Add(new("counts", async (connection, token) =>
        {
            journals = await Count(connection, "SELECT COUNT(*) FROM journal", token);
            accounts = await Count(connection, "SELECT COUNT(*) FROM account", token);
            return [];
        }));
        var done = await snapshot.Run(parts, cancel);

        var results = done.SelectMany(part => part.Results).Select(result => evidence.LeftOut.Contains(result.Id)
            ? result with { Standing = Standing.LeftOut, Findings = ["left out by request"] }
            : result);

        return new(clock.GetUtcNow(), Merged(results), journals, accounts)
        {
            Timings = [.. done.Select(part => part.Timing).OrderByDescending(timing => timing.Took)],
        };
    }

    /// <summary>What only a whole audit looks at, the longest first.</summary>
    private static IEnumerable<AuditPart> Whole(
        BooksEvidence evidence,
        Told<ChainEvidence> chain,
        Told<StripeEvidence> stripe,
        Told<IReadOnlyList<ActiveLease>> leases) =>
    [
        new("receipts", (connection, token) => ReceiptPass.Run(connection, evidence.Signatures, token)),
        AuditPart.Of("acts", (connection, token) =>
            HashChainCheck.Run(connection, "15a", "audit", ChainText.Audit, token)),
        AuditPart.Of("epochs", (connection, token) => EpochCheck.Run(connection, evidence.Signatures, token)),
        AuditPart.Of(ChainCheck.Id, (connection, token) => chain.Judge(
            ChainCheck.Id, ChainCheck.Statement, told => ChainCheck.Run(connection, told, token))),
        AuditPart.Of(AnchorCheck.Id, (connection, token) => chain.Judge(
            AnchorCheck.Id, AnchorCheck.Statement, told => AnchorCheck.Run(connection, told, token))),
        AuditPart.Of("8", (connection, token) => stripe.Judge(
            "8",
            "the balance at the card processor is what the books say, change by change",
            told => OutsideChecks.Stripe(connection, told, token))),
        AuditPart.Of("12", (_, _) => leases.Judge(
            "12",
            "no device has more active leases than it has room for",
            told => Task.FromResult(OutsideChecks.Leases(told)))),
        AuditPart.Of("16", (connection, token) => Independent(connection, evidence.Independent, token)),
    ];

    /// <summary>What is asked about single journals, in one pass over them.</summary>
    private static async Task<IReadOnlyList<InvariantResult>> Journals(
        DbConnection connection, SealCopies? copies, bool isWhole, CancellationToken cancel)
    {
        var balances = new BalanceCheck();

        if (!isWhole)
        {
            await JournalPass.Run(connection, [balances], cancel);
            return [balances.End()];
        }

        var charges = new ChargeCheck();
        using var seals = await SealCheck.Read(connection, copies, cancel);
        await JournalPass.Run(connection, [balances, charges, seals], cancel);
        return [balances.End(), charges.End(), seals.End()];
    }

    /// <summary>One result for each invariant, in order: two parts may have looked at the same.</summary>
    private static IReadOnlyList<InvariantResult> Merged(IEnumerable<InvariantResult> results) =>
    [
        .. results.GroupBy(result => result.Id, StringComparer.Ordinal)
            .Select(same => same.Count() == 1
                ? same.First()
                : InvariantResult.From(same.Key, same.First().Statement, [.. same.SelectMany(part => part.Findings)]))
            .OrderBy(result => Order(result.Id)),
    ];

    private static bool IsAtStart(BookCheck check) => AtStart.Contains(check.Id);

    /// <summary>By number, words last.</summary>
    private static (int Number, string Word) Order(string id)
    {
        var digits = id.TakeWhile(char.IsAsciiDigit).Count();
        return digits == 0 ? (int.MaxValue, id) : (int.Parse(id.AsSpan(0, digits), provider: null), id[digits..]);
    }

    private static Task<long> Count(DbConnection connection, string query, CancellationToken cancel) =>
        connection.ExecuteScalarAsync<long>(new(query, cancellationToken: cancel));

    private async Task<InvariantResult> Run(
        DbConnection connection, BookCheck check, CancellationToken cancel)
    {
        var findings = new List<string>();
        var late = (clock.GetUtcNow() - WorkChecks.Slack).ToMicros();

        foreach (var query in check.Queries)
        {
            findings.AddRange(await connection.QueryAsync<string>(new(
                $"{query} LIMIT {InvariantResult.FindingsMax}",
                query.Contains("@late", StringComparison.Ordinal) ? new { late, tries = WorkChecks.TriesMax } : null,
                commandTimeout: 0,
                cancellationToken: cancel)));
        }

        return InvariantResult.From(check.Id, check.Statement, findings);
    }

    private static async Task<InvariantResult> Independent(
        DbConnection connection, IIndependentBook? book, CancellationToken cancel)
    {
        const string Id = "16";
        const string Statement = "an independent book agrees on every account";

        try
        {
            return book is null
                ? new(Id, Statement, Standing.NotChecked, ["no other book was given"])
                : InvariantResult.From(Id, Statement, await OutsideChecks.Independent(connection, book, cancel));
        }
        catch (Exception down) when (down is not DbException && !cancel.IsCancellationRequested)
        {
            return new(Id, Statement, Standing.Unreachable, [down.Message]);
        }
    }

    private static async Task<Told<T>> Ask<TSource, T>(
        TSource? source, Func<TSource, Task<T>> read, CancellationToken cancel)
        where TSource : class
        where T : class
    {
        try
        {
            return source is null ? new(null, null) : new(await read(source), null);
        }
        catch (EvidenceMissingException missing)
        {
            return new(null, missing.Message) { IsMissing = true };
        }
        catch (Exception down) when (!cancel.IsCancellationRequested)
        {
            return new(null, down.Message);
        }
    }

    /// <summary>What an outside source said, or why it did not.</summary>
    private sealed record Told<T>(T? Value, string? WhyNot)
        where T : class
    {
        /// <summary>True where there is no such source at all.</summary>
        public bool IsMissing { get; init; }

        public async Task<InvariantResult> Judge(
            string id, string statement, Func<T, Task<IReadOnlyCollection<string>>> compare) => this switch
            {
                { Value: { } value } => InvariantResult.From(id, statement, await compare(value)),
                { WhyNot: { } why } => new(
                    id, statement, IsMissing ? Standing.NotChecked : Standing.Unreachable, [why]),
                _ => new(id, statement, Standing.NotChecked, ["nobody gave what to compare with"]),
            };
    }
}
