using System.Data.Common;
using System.Text.Json;
using Marketplace.Domain.Ledger;
using Marketplace.Ledger.Sql;

namespace Marketplace.Ledger;

/// <summary>
/// Applies entries inside a transaction that the caller begins and commits: two round trips to read and claim, one to
/// write, whatever the number of entries. Accounts are locked in ascending order of their ids.
/// </summary>
internal sealed class BookWriter(SqlDialect dialect, TimeProvider clock)
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
        AddRegister(command, page);
        AddReceipts(command, page, chain);

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

    private void AddAccounts(Statements command, AccountRow[] accounts)
    {
        if (accounts.Length == 0)
        {
            return;
        }

        command.Add(
            $"""
            UPDATE account SET balance = balance + r.amount_change, held = held + r.held_change, version = r.version_new
            FROM {dialect.Rows(
                "@changes",
                "account bigint",
                "amount_change bigint",
                "held_change bigint",
                "version_read bigint",
                "version_new bigint")}
            WHERE account.id = r.account AND account.version = r.version_read RETURNING id;
            """);
        command.Set("changes", Json(accounts.Select(row => new
        {
            Account = row.Id,
            row.AmountChange,
            row.HeldChange,
            row.VersionRead,
            VersionNew = row.Version,
        })));
    }

    private void AddJournals(Statements command, BookPage page)
    {
        if (page.NewCommands.Count == 0)
        {
            return;
        }

        command.Add(
            $"""
            INSERT INTO posting(seq, leg, account_id, amount, balance_after, version_after)
            SELECT r.seq, r.leg, r.account, r.amount, r.balance_after, r.version_after
            FROM {dialect.Rows(
                "@postings",
                "seq bigint",
                "leg bigint",
                "account bigint",
                "amount bigint",
                "balance_after bigint",
                "version_after bigint")};
            INSERT INTO journal(seq, legs)
            SELECT r.seq, r.legs FROM {dialect.Rows("@journals", "seq bigint", "legs bigint")};
            """);
        command.Set("journals", Json(page.NewCommands.Select(row => new
        {
            Seq = row.Sequence,
            Legs = row.Postings.Count,
        })));
        command.Set("postings", Json(page.NewCommands.SelectMany(row => row.Postings.Select((posting, leg) => new
        {
            Seq = row.Sequence,
            Leg = leg,
            Account = posting.AccountId,
            posting.Amount,
            posting.BalanceAfter,
            posting.VersionAfter,
        }))));
    }

    private void AddHolds(Statements command, BookPage page)
    {
        var holds = page.ChangedHolds.ToArray();
        var rows = dialect.Rows(
            "@holds", "id text", "account bigint", "amount bigint", "state text", "posted_seq bigint", "is_new bigint");

        if (holds.Length == 0)
        {
            return;
        }

        command.Add(
            $"""
            INSERT INTO hold(id, account_id, amount, state, posted_seq, version, at_us)
            SELECT r.id, r.account, r.amount, r.state, r.posted_seq, 1, CAST(@now AS bigint)
            FROM {rows} WHERE r.is_new = 1;
            UPDATE hold SET state = r.state, posted_seq = r.posted_seq, version = version + 1
            FROM {rows} WHERE hold.id = r.id AND r.is_new = 0;
            """);
        command.Set("holds", Json(holds.OrderBy(row => row.Id, StringComparer.Ordinal).Select(row => new
        {
            row.Id,
            Account = row.AccountId,
            row.Amount,
            row.State,
            PostedSeq = row.PostedBy?.Sequence,
            IsNew = row.IsNew ? 1 : 0,
        })));
    }

    private void AddRegister(Statements command, BookPage page)
    {
        if (page.Register.Count == 0)
        {
            return;
        }

        command.Add(
            $"""
            INSERT INTO register(kind, id, owner, state, detail, due_us, at_us)
            SELECT r.kind, r.id, r.owner, r.state, r.detail, r.due_us, CAST(@now AS bigint)
            FROM {dialect.Rows(
                "@register", "kind text", "id text", "owner text", "state text", "detail text", "due_us bigint")}
            WHERE true ORDER BY r.kind, r.id
            ON CONFLICT(kind, id) DO UPDATE SET
              owner = excluded.owner, state = excluded.state, detail = excluded.detail, due_us = excluded.due_us;
            """);
        command.Set("register", Json(page.Register.Values.Select(row => new
        {
            row.Kind,
            row.Id,
            row.Owner,
            row.State,
            row.Detail,
            DueUs = row.DueAt?.ToMicros(),
        })));
    }

    private void AddReceipts(Statements command, BookPage page, ChainHead? chain)
    {
        if (chain is null || page.NewReceipts.Count == 0)
        {
            return;
        }

        var (head, rows) = (chain, new List<object>(page.NewReceipts.Count));

        foreach (var receipt in page.NewReceipts)
        {
            var next = head.Append(receipt.Body);
            rows.Add(new
            {
                Seq = next.Sequence,
                Id = receipt.Id.Value,
                receipt.Work,
                Account = receipt.Account.Value,
                Provider = receipt.Provider.Value,
                receipt.Body,
                Prev = Convert.ToHexString(head.Hash),
                Hash = Convert.ToHexString(next.Hash),
                KeyId = receipt.Signature?.Key,
                receipt.Signature?.Signature,
            });
            head = next;
        }

        command.Add(
            $"""
            INSERT INTO receipt(seq, id, work, account, provider, body, prev_hash, hash, at_us)
            SELECT r.seq, r.id, r.work, r.account, r.provider, r.body,
              {dialect.Bytes("r.prev")}, {dialect.Bytes("r.hash")}, CAST(@now AS bigint)
            FROM {dialect.Rows(
                "@receipts", "seq bigint", "id text", "work text", "account text", "provider text", "body text",
                "prev text", "hash text")};
            INSERT INTO receipt_signature(seq, key_id, signature)
            SELECT r.seq, r.key_id, r.signature FROM {dialect.Rows(
                "@receipts", "seq bigint", "key_id text", "signature text")}
            WHERE r.key_id IS NOT NULL;
            UPDATE chain SET last_seq = @receipt_seq, hash = @receipt_hash WHERE name = 'receipt';
            """);
        command.Set("receipts", Json(rows));
        command.Set("receipt_seq", head.Sequence);
        command.Set("receipt_hash", head.Hash);
    }
}
