using System.Data.Common;
using System.Text.Json;
using Marketplace.Domain.Ledger;
using Marketplace.Ledger.Sql;

namespace Marketplace.Ledger;

/// <summary>
/// Applies entries inside a transaction that the caller begins and commits: two round trips to read and claim, one to
/// write, whatever the number of entries. Accounts are locked in ascending order of their ids.
/// </summary>
internal sealed partial class BookWriter(SqlDialect dialect, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Snake = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>Writes what stands and answers every entry in order. Throws away nothing: the caller commits.</summary>
    public async Task<IReadOnlyList<PostOutcome>> Apply(
        DbConnection connection,
        DbTransaction transaction,
        IReadOnlyList<PreparedEntry> entries,
        CancellationToken cancel)
    {
        var page = new BookPage();
        var chain = await Read(connection, transaction, entries, page, cancel);
        var answers = entries.Select(page.Judge).ToArray();

        await Claim(connection, transaction, page, cancel);
        await Write(connection, transaction, page, chain, cancel);

        return [.. answers.Select(answer => answer())];
    }

    private static string Json<T>(IEnumerable<T> rows) => JsonSerializer.Serialize(rows, Snake);

    private async Task<ChainHead?> Read(
        DbConnection connection,
        DbTransaction transaction,
        IReadOnlyList<PreparedEntry> entries,
        BookPage page,
        CancellationToken cancel)
    {
        var accounts = entries.SelectMany(entry => entry.Accounts).Distinct();
        var keys = entries.SelectMany(entry => entry.Journals.Select(journal => new { journal.Key })).Distinct();
        var holds = entries
            .SelectMany(entry => entry.Resolved.Concat(entry.Entry.Holds.Select(hold => hold.Id)))
            .Distinct(StringComparer.Ordinal)
            .Select(id => new { Id = id })
            .ToArray();
        var receipts = entries
            .SelectMany(entry => entry.Entry.Receipts.Select(receipt => new { Id = receipt.Id.Value }))
            .Distinct()
            .ToArray();

        await using var command = new Statements(connection, transaction);
        command.Add(
            $"""
            {dialect.ByKey}
            INSERT INTO account(name, asset, class, floored)
            SELECT r.name, r.asset, r.class, r.floored
            FROM {dialect.Rows("@accounts", "name text", "asset text", "class text", "floored bigint")}
            WHERE NOT EXISTS(SELECT 1 FROM account WHERE account.name = r.name)
            ORDER BY r.name ON CONFLICT(name) DO NOTHING;
            SELECT id, name, balance, held, version FROM account WHERE id IN (
              SELECT account.id FROM {dialect.Rows("@accounts", "name text")} JOIN account ON account.name = r.name
              UNION SELECT hold.account_id FROM {dialect.Rows("@holds", "id text")} JOIN hold ON hold.id = r.id)
            ORDER BY id {dialect.ForUpdate};
            SELECT command.key, command.kind, command.request_hash, command.seq
            FROM {dialect.Rows("@keys", "key text")} JOIN command ON command.key = r.key;
            """);
        command.Set("accounts", Json(accounts.Select(account => new
        {
            account.Name,
            account.Asset,
            Class = account.Class.ToString(),
            Floored = account.Floored ? 1 : 0,
        })));
        command.Set("keys", Json(keys));
        command.Set("holds", Json(holds));
        command.Add(
            holds.Length > 0,
            $"""
            SELECT hold.id, hold.account_id, hold.amount, hold.state, account.name
            FROM {dialect.Rows("@holds", "id text")}
            JOIN hold ON hold.id = r.id JOIN account ON account.id = hold.account_id;
            """);
        command.Add(
            receipts.Length > 0,
            $"""
            SELECT last_seq, hash FROM chain WHERE name = 'receipt' {dialect.ForUpdate};
            SELECT receipt.id, receipt.body
            FROM {dialect.Rows("@receipts", "id text")} JOIN receipt ON receipt.id = r.id;
            """);

        if (receipts.Length > 0)
        {
            command.Set("receipts", Json(receipts));
        }

        await using var reader = await command.Read(cancel);
        return await Load(reader, page, holds.Length > 0, receipts.Length > 0, cancel);
    }

    private static async Task<ChainHead?> Load(
        DbDataReader reader, BookPage page, bool hasHolds, bool hasReceipts, CancellationToken cancel)
    {
        ChainHead? chain = null;

        while (await reader.ReadAsync(cancel))
        {
            page.Load(new AccountRow(
                reader.GetInt64(0),
                LedgerAccount.Parse(reader.GetString(1)),
                reader.GetInt64(2),
                reader.GetInt64(3),
                reader.GetInt64(4)));
        }

        await reader.NextResultAsync(cancel);

        while (await reader.ReadAsync(cancel))
        {
            page.Load(new CommandRow(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2))
            {
                Sequence = reader.GetInt64(3),
            });
        }

        if (hasHolds)
        {
            await reader.NextResultAsync(cancel);

            while (await reader.ReadAsync(cancel))
            {
                page.Load(new HoldRow(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetString(3))
                {
                    AccountName = reader.GetString(4),
                });
            }
        }

        if (hasReceipts)
        {
            await reader.NextResultAsync(cancel);
            await reader.ReadAsync(cancel);
            chain = new(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1));
            await reader.NextResultAsync(cancel);

            while (await reader.ReadAsync(cancel))
            {
                page.LoadReceipt(reader.GetString(0), reader.GetString(1));
            }
        }

        return chain;
    }

    private async Task Claim(
        DbConnection connection, DbTransaction transaction, BookPage page, CancellationToken cancel)
    {
        if (page.NewCommands.Count == 0)
        {
            return;
        }

        await using var command = new Statements(connection, transaction);
        command.Add(
            $"""
            INSERT INTO command(key, kind, request_hash, at_us)
            SELECT r.key, r.kind, {dialect.Bytes("r.hash")}, CAST(@now AS bigint)
            FROM {dialect.Rows("@commands", "place bigint", "key text", "kind text", "hash text")}
            ORDER BY r.place RETURNING key, seq;
            """);
        command.Set("now", clock.GetUtcNow().ToMicros());
        command.Set("commands", Json(page.NewCommands.Select((row, at) => new
        {
            Place = at,
            row.Key,
            row.Kind,
            Hash = Convert.ToHexString(row.Hash),
        })));

        var byKey = page.NewCommands.ToDictionary(row => row.Key, StringComparer.Ordinal);
        await using var reader = await command.Read(cancel);

        while (await reader.ReadAsync(cancel))
        {
            byKey[reader.GetString(0)].Sequence = reader.GetInt64(1);
        }
    }

    private async Task Write(
        DbConnection connection, DbTransaction transaction, BookPage page, ChainHead? chain, CancellationToken cancel)
    {
        await using var command = new Statements(connection, transaction);
        var accounts = page.ChangedAccounts.ToArray();
        AddAccounts(command, accounts);
        AddJournals(command, page);
        AddHolds(command, page);
        AddEvents(command, page);
        AddRegister(command, page);
        AddReceipts(command, page, chain);
        AddMessages(command, page);

        if (command.IsEmpty)
        {
            return;
        }

        command.Set("now", clock.GetUtcNow().ToMicros());
        await using var reader = await command.Read(cancel);
        var written = 0;

        while (accounts.Length > 0 && await reader.ReadAsync(cancel))
        {
            written++;
        }

        if (written != accounts.Length)
        {
            throw new InvalidOperationException($"{accounts.Length - written} accounts changed under their lock.");
        }

        // To the end: an error of a later statement is thrown only when its result is reached.
        while (await reader.NextResultAsync(cancel))
        {
        }
    }
}
