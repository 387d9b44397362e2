using Marketplace.Ledger.Sql;

namespace Marketplace.Ledger;

/// <summary>The statements that write what a page has changed.</summary>
internal sealed partial class BookWriter
{
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

    private void AddMessages(Statements command, BookPage page)
    {
        if (page.Messages.Count == 0)
        {
            return;
        }

        command.Add(
            $"""
            INSERT INTO outbox(id, topic, payload, state, tries, due_us, at_us)
            SELECT r.id, r.topic, r.payload, 'waiting', 0, CAST(@now AS bigint), CAST(@now AS bigint)
            FROM {dialect.Rows("@messages", "place bigint", "id text", "topic text", "payload text")}
            WHERE true ORDER BY r.place ON CONFLICT(id) DO NOTHING;
            """);
        command.Set("messages", Json(page.Messages.Values.Select((message, place) => new
        {
            Place = place,
            message.Id,
            message.Topic,
            message.Payload,
        })));
    }
}
