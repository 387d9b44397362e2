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
    public async Task<AccountBalance> Balance(LedgerAccount account, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var row = await connection.QuerySingleOrDefaultAsync<BalanceRow>(
            new(
                "SELECT balance, held FROM account WHERE name = @name",
                new { name = account.Name },
                cancellationToken: cancel));

        return row is null ? default : new(account.Natural(row.Balance), row.Held);
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

    private sealed record BalanceRow(long Balance, long Held);

    private sealed record StatementRow(long Seq, long AtUs, string Key, string Kind, long Amount, long BalanceAfter);
}
