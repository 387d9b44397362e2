using System.Data.Common;
using System.Text.Json;
using Dapper;
using Marketplace.Domain.Ledger;
using Marketplace.Ledger.Sql;

namespace Marketplace.Ledger;

/// <summary>
/// The books on SQLite or PostgreSQL; make one a process. Posts that come together share a commit, and reads of
/// balances share a statement, see <see cref="Gathering{TAsk, TAnswer}"/>.
/// </summary>
public sealed class Book : IBook, IDisposable
{
    /// <summary>Most lines of one statement.</summary>
    public const int StatementLinesMax = 100;

    /// <summary>Callers whose balances one statement reads.</summary>
    private const int ReadersMax = 128;

    private readonly LedgerDatabase _database;
    private readonly BookWriter _writer;
    private readonly Gathering<PreparedEntry, PostOutcome> _posts;
    private readonly Gathering<IReadOnlyList<LedgerAccount>, IReadOnlyList<AccountBalance>> _reads;

    public Book(LedgerDatabase database, TimeProvider clock)
    {
        _database = database;
        _writer = new(database.Dialect, clock);
        _posts = new(
            database.Dialect.BatchMax,
            Write,
            fault => fault is DbException error && database.Dialect.IsRefusal(error));
        _reads = new(ReadersMax, Read, _ => false);
    }

    /// <inheritdoc/>
    public Task<PostOutcome> Post(Entry entry, CancellationToken cancel = default) =>
        _posts.Ask(PreparedEntry.From(entry), cancel);

    /// <inheritdoc/>
    public async Task<AccountBalance> Balance(LedgerAccount account, CancellationToken cancel = default) =>
        (await Balances([account], cancel))[0];

    /// <inheritdoc/>
    public Task<IReadOnlyList<AccountBalance>> Balances(
        IReadOnlyList<LedgerAccount> accounts, CancellationToken cancel = default) => _reads.Ask(accounts, cancel);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TrialBalanceLine>> TrialBalance(CancellationToken cancel = default)
    {
        await using var connection = await _database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<TrialBalanceLine>(
            new("SELECT name AS account, asset, balance, held FROM account", cancellationToken: cancel));

        return [.. rows.OrderBy(row => row.Account, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StatementLine>> Statement(
        LedgerAccount account, long? before, int limit, CancellationToken cancel = default)
    {
        await using var connection = await _database.Source.OpenConnectionAsync(cancel);
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
    public void Dispose()
    {
        _posts.Dispose();
        _reads.Dispose();
    }

    private Task<IReadOnlyList<PostOutcome>> Write(IReadOnlyList<PreparedEntry> entries) => _database.Write(
        (connection, transaction) => _writer.Apply(connection, transaction, entries, CancellationToken.None),
        CancellationToken.None);

    private async Task<IReadOnlyList<IReadOnlyList<AccountBalance>>> Read(
        IReadOnlyList<IReadOnlyList<LedgerAccount>> asks)
    {
        var names = asks.SelectMany(ask => ask)
            .Select(account => account.Name)
            .Distinct(StringComparer.Ordinal);
        await using var connection = await _database.Source.OpenConnectionAsync(CancellationToken.None);
        await using var command = new Statements(connection, transaction: null);

        // One text whatever the number of names, so that it stays prepared.
        command.Add(
            $"SELECT name, balance, held FROM account WHERE {_database.Dialect.Among("name", "@names")}");
        command.Set("names", JsonSerializer.Serialize(names));
        await using var reader = await command.Read(CancellationToken.None);
        var found = new Dictionary<string, BalanceRow>(StringComparer.Ordinal);

        while (await reader.ReadAsync(CancellationToken.None))
        {
            found.Add(reader.GetString(0), new(reader.GetInt64(1), reader.GetInt64(2)));
        }

        return [.. asks.Select(ask => (IReadOnlyList<AccountBalance>)[.. ask.Select(account => Of(account, found))])];
    }

    private static AccountBalance Of(LedgerAccount account, Dictionary<string, BalanceRow> found) =>
        found.TryGetValue(account.Name, out var row) ? new(account.Natural(row.Balance), row.Held) : default;

    private readonly record struct BalanceRow(long Balance, long Held);

    private sealed record StatementRow(long Seq, long AtUs, string Key, string Kind, long Amount, long BalanceAfter);
}
