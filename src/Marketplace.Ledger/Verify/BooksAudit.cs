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

    /// <summary>Checks all; without evidence of the chain the invariant about it is not checked.</summary>
    public Task<BooksReport> Verify(ChainEvidence? chain = null, CancellationToken cancel = default) => Verify(
        chain is null ? BooksEvidence.None : new() { Chain = new Given(chain) }, BooksScope.Whole, cancel);

    /// <summary>Checks what the scope asks for.</summary>
    public async Task<BooksReport> Verify(
        BooksEvidence evidence, BooksScope scope = BooksScope.Whole, CancellationToken cancel = default)
    {
        var isWhole = scope == BooksScope.Whole;
        var chain = await Ask(isWhole ? evidence.Chain : null, source => source.Read(cancel), cancel);
        var stripe = await Ask(isWhole ? evidence.Stripe : null, source => source.Read(cancel), cancel);
        var leases = await Ask(isWhole ? evidence.Leases : null, source => source.Read(cancel), cancel);
        var copies = await SealCheck.Read(isWhole ? evidence.Seals : null, cancel);

        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        await database.Dialect.BeginSnapshot(connection, cancel);

        try
        {
            var results = new List<InvariantResult>(await AccountCheck.Run(connection, cancel));
            var charges = new ChargeCheck();
            using var seals = await SealCheck.Read(connection, copies, cancel);
            var balances = new BalanceCheck();
            await JournalPass.Run(connection, isWhole ? [balances, charges, seals] : [balances], cancel);
            results.Add(balances.End());

            foreach (var check in BookChecks.All.Concat(WorkChecks.All).Where(check => isWhole || IsAtStart(check)))
            {
                results.Add(await Run(
                    connection, check, check.Id == WorkChecks.PaidId ? charges.Findings : [], cancel));
            }

            if (isWhole)
            {
                results.Add(await new ReceiptCheck(database.Dialect).Run(connection, cancel));
                results.Add(await HashChainCheck.Run(connection, "15a", "audit", ChainText.Audit, cancel));
                results.Add(await HashChainCheck.Run(connection, "15b", "receipt", ChainText.Receipt, cancel));
                results.Add(seals.End());
                results.Add(await EpochCheck.Run(connection, cancel));
                results.Add(await chain.Judge(
                    "7",
                    "each transfer out of the treasury is one payout, and back; the balances agree",
                    told => OutsideChecks.Chain(connection, told, cancel)));
                results.Add(await stripe.Judge(
                    "8",
                    "the balance at the card processor is what the books say, change by change",
                    told => OutsideChecks.Stripe(connection, told, cancel)));
                results.Add(await leases.Judge(
                    "12",
                    "no device has two active leases",
                    told => Task.FromResult(OutsideChecks.Leases(told))));
                results.Add(await Independent(connection, evidence.Independent, cancel));
            }

            return new(
                clock.GetUtcNow(),
                [.. results.OrderBy(result => Order(result.Id))],
                await Count(connection, "SELECT COUNT(*) FROM journal", cancel),
                await Count(connection, "SELECT COUNT(*) FROM account", cancel));
        }
        finally
        {
            await connection.ExecuteAsync(new CommandDefinition("ROLLBACK", cancellationToken: CancellationToken.None));
        }
    }

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
        DbConnection connection, BookCheck check, IReadOnlyList<string> found, CancellationToken cancel)
    {
        var findings = new List<string>(found);
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
        catch (Exception down) when (!cancel.IsCancellationRequested)
        {
            return new(null, down.Message);
        }
    }

    private sealed class Given(ChainEvidence chain) : IChainEvidence
    {
        public Task<ChainEvidence> Read(CancellationToken cancel = default) => Task.FromResult(chain);
    }

    /// <summary>What an outside source said, or why it did not.</summary>
    private sealed record Told<T>(T? Value, string? WhyNot)
        where T : class
    {
        public async Task<InvariantResult> Judge(
            string id, string statement, Func<T, Task<IReadOnlyCollection<string>>> compare) => this switch
            {
                { Value: { } value } => InvariantResult.From(id, statement, await compare(value)),
                { WhyNot: { } why } => new(id, statement, Standing.Unreachable, [why]),
                _ => new(id, statement, Standing.NotChecked, ["nobody gave what to compare with"]),
            };
    }
}
