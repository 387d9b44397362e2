using Dapper;
using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger;

/// <summary>
/// The books on SQLite or PostgreSQL; make one a process. Posts that come together share a commit, see
/// <see cref="GroupCommit"/>.
/// </summary>
public sealed class Book(LedgerDatabase database, TimeProvider clock) : IBook, IDisposable
{
    /// <summary>Most lines of one statement.</summary>
    public const int StatementLinesMax = 100;

    private readonly GroupCommit _commit = new(database, clock);

    /// <inheritdoc/>
    public Task<PostOutcome> Post(Entry entry, CancellationToken cancel = default) =>
        _commit.Post(PreparedEntry.From(entry), cancel);

    /// <inheritdoc/>
    public async Task<AccountBalance> Balance(LedgerAccount account, CancellationToken cancel = default) =>
        (await Balances([account], cancel))[0];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AccountBalance>> Balances(
        IReadOnlyList<LedgerAccount> accounts, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<BalanceRow>(new(
            $"SELECT name, balance, held FROM account WHERE {database.Dialect.In("name", "@names")}",
            new { names = accounts.Select(account => account.Name).ToArray() },
            cancellationToken: cancel));
        var found = rows.ToDictionary(row => row.Name, StringComparer.Ordinal);

        return
        [
            .. accounts.Select(account => found.TryGetValue(account.Name, out var row)
                ? new AccountBalance(account.Natural(row.Balance), row.Held)
                : default),
        ];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TrialBalanceLine>> TrialBalance(CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<TrialBalanceLine>(
            new("SELECT name AS account, asset, balance, held FROM account", cancellationToken: cancel));

        return [.. rows.OrderBy(row => row.Account, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StatementLine>> Statement(
        LedgerAccount account, long? before, int limit, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<StatementRow>(new(
            """
            SELECT command.seq, command.at_us AS AtUs, command.key, command.kind, posting.amount,
              posting.balance_after AS BalanceAfter
            FROM account
            JOIN posting ON posting.account_id = account.id
            JOIN command ON command.seq = posting.seq
            WHERE account.name = @name AND posting.seq < @before
            ORDER BY posting.version_after DESC LIMIT @limit
            """,
            new
            {
                name = account.Name,
                before = before ?? long.MaxValue,
                limit = Math.Clamp(limit, 1, StatementLinesMax),
            },
            cancellationToken: cancel));

        return
        [
            .. rows.Select(row => new StatementLine(
                row.Seq, row.AtUs.ToTime(), row.Key, row.Kind, row.Amount, row.BalanceAfter)),
        ];
    }

    /// <inheritdoc/>
    public void Dispose() => _commit.Dispose();

    private sealed record BalanceRow(string Name, long Balance, long Held);

    private sealed record StatementRow(long Seq, long AtUs, string Key, string Kind, long Amount, long BalanceAfter);
}
