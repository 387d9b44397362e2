using System.Data.Common;
using System.Text.Json;
using Dapper;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Invoices;
using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger.Invoices;

/// <summary>
/// Invoices out of the journals: one an account and month that has charges or refunds, issued once the month is over
/// and never changed.
/// </summary>
public sealed class InvoiceRows(LedgerDatabase database, TimeProvider clock)
{
    /// <summary>Most invoices of one account that are listed, newest first: ten years.</summary>
    public const int ListMax = 120;

    /// <summary>
    /// How long after a month its last journals are surely written: their time is older than their commit.
    /// </summary>
    public static readonly TimeSpan Settles = TimeSpan.FromHours(1);

    private const int TriesMax = 50;

    /// <summary>Every journal of an account that belongs on an invoice: <c>@account</c>.</summary>
    private const string Movements =
        """
        WITH movement(product, seq, at_us, amount) AS (
          SELECT register.kind, command.seq, command.at_us, posting.amount
          FROM register JOIN account ON account.name = 'L:usdc:escrow:' || register.id
          JOIN posting ON posting.account_id = account.id AND posting.amount > 0
          JOIN command ON command.seq = posting.seq AND command.kind = 'charge'
          WHERE register.kind IN ('job', 'render', 'lease') AND register.owner = @account
          UNION ALL
          SELECT 'refund', command.seq, command.at_us, posting.amount
          FROM account JOIN posting ON posting.account_id = account.id AND posting.amount < 0
          JOIN command ON command.seq = posting.seq AND command.kind IN ('sla-refund', 'sla-cover')
          WHERE account.name IN ('L:usdc:cust:' || @account || ':avail', 'A:usdc:recv:' || @account))
        """;

    private const string Columns =
        "number AS Number, account AS Account, month AS Month, body AS Body, at_us AS AtUs";

    /// <summary>Issues what is due to an account. Asking again is harmless.</summary>
    public async Task Issue(AccountId account, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var last = await connection.ExecuteScalarAsync<string?>(new(
            "SELECT MAX(month) FROM invoice WHERE account = @account",
            new { account = account.Value },
            cancellationToken: cancel));
        var first = last is null
            ? await connection.ExecuteScalarAsync<long?>(new(
                $"{Movements} SELECT MIN(at_us) FROM movement",
                new { account = account.Value },
                cancellationToken: cancel))
            : null;

        if (last is null && first is null)
        {
            return;
        }

        var month = last is null ? InvoiceMonth.Of(Time(first!.Value)) : InvoiceMonth.Parse(last).Next;
        var now = clock.GetUtcNow();

        // A clock that was once far off must not make thousands of them.
        for (var months = 0; months < ListMax && month.End + Settles <= now; months++)
        {
            var invoice = await Total(connection, account, month, cancel);

            if (invoice.Lines.Count > 0)
            {
                await Insert(invoice, cancel);
            }

            month = month.Next;
        }
    }

    /// <summary>The month under way, as its invoice would be now; it has no number.</summary>
    public async Task<Invoice> Preview(AccountId account, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        return await Total(connection, account, InvoiceMonth.Of(clock.GetUtcNow()), cancel);
    }

    /// <summary>An account's invoices, newest first, at most <see cref="ListMax"/>.</summary>
    public async Task<IReadOnlyList<Invoice>> List(AccountId account, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<Row>(new(
            $"SELECT {Columns} FROM invoice WHERE account = @account ORDER BY month DESC LIMIT {ListMax}",
            new { account = account.Value },
            cancellationToken: cancel));

        return [.. rows.Select(row => row.ToInvoice())];
    }

    /// <summary>One invoice of an account; null when it is another's or none.</summary>
    public async Task<Invoice?> Find(AccountId account, InvoiceNumber number, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new(
            $"SELECT {Columns} FROM invoice WHERE number = @number AND account = @account",
            new { number = number.Value, account = account.Value },
            cancellationToken: cancel));

        return row?.ToInvoice();
    }

    /// <summary>Whom the account's next invoices are addressed to.</summary>
    public async Task<BillingDetail> Billing(AccountId account, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        return await Billing(connection, account, cancel);
    }

    /// <summary>Changes whom the next invoices are addressed to; those that are issued stay as they are.</summary>
    public Task SetBilling(AccountId account, BillingDetail detail, CancellationToken cancel = default) =>
        database.Write(
            (connection, transaction) => connection.ExecuteAsync(new(
                """
                INSERT INTO billing_detail(account, detail, at_us) VALUES (@account, @text, @now)
                ON CONFLICT(account) DO UPDATE SET detail = excluded.detail, at_us = excluded.at_us
                """,
                new
                {
                    account = account.Value,
                    text = JsonSerializer.Serialize(detail),
                    now = clock.GetUtcNow().ToMicros(),
                },
                transaction,
                cancellationToken: cancel)),
            cancel);

    private static async Task<BillingDetail> Billing(
        DbConnection connection, AccountId account, CancellationToken cancel) =>
        await connection.ExecuteScalarAsync<string?>(new(
            "SELECT detail FROM billing_detail WHERE account = @account",
            new { account = account.Value },
            cancellationToken: cancel)) is { } text
            ? JsonSerializer.Deserialize<BillingDetail>(text)!
            : BillingDetail.None;

    private async Task<Invoice> Total(
        DbConnection connection, AccountId account, InvoiceMonth month, CancellationToken cancel)
    {
        var rows = await connection.QueryAsync<TotalRow>(new(
            $"""
            {Movements}
            SELECT product AS Product, COUNT(DISTINCT seq) AS Count, CAST(SUM(amount) AS BIGINT) AS Amount
            FROM movement WHERE at_us >= @from AND at_us < @to GROUP BY product ORDER BY product
            """,
            new { account = account.Value, from = month.Begin.ToMicros(), to = month.End.ToMicros() },
            commandTimeout: 0,
            cancellationToken: cancel));

        return new(
            default,
            account,
            month,
            await Billing(connection, account, cancel),
            [.. rows.Select(row => row.ToLine())],
            clock.GetUtcNow());
    }

    /// <summary>Takes the next number; when another invoice was quicker, the one after it.</summary>
    private async Task Insert(Invoice invoice, CancellationToken cancel)
    {
        var row = new
        {
            account = invoice.Account.Value,
            month = invoice.Month.ToString(),
            from = invoice.Month.Begin.ToMicros(),
            to = invoice.Month.End.ToMicros(),
            total = invoice.Total.Micros,
            body = JsonSerializer.Serialize(new Body(invoice.BillTo, invoice.Lines)),
            at = invoice.IssuedAt.ToMicros(),
        };

        for (var tried = 0; tried < TriesMax; tried++)
        {
            var isIssued = await database.Write(
                async (connection, transaction) =>
                    await connection.ExecuteAsync(new(
                        """
                        INSERT INTO invoice(number, account, month, from_us, to_us, total, body, at_us)
                        SELECT COALESCE(MAX(number), 0) + 1, @account, @month, @from, @to, @total, @body, @at
                        FROM invoice WHERE 1 = 1 ON CONFLICT DO NOTHING
                        """,
                        row,
                        transaction,
                        cancellationToken: cancel)) == 1
                    || await connection.ExecuteScalarAsync<long>(new(
                        "SELECT COUNT(*) FROM invoice WHERE account = @account AND month = @month",
                        row,
                        transaction,
                        cancellationToken: cancel)) == 1,
                cancel);

            if (isIssued)
            {
                return;
            }
        }

        throw new TimeoutException($"The invoice of {invoice.Account} for {invoice.Month} got no number: try again.");
    }

    private static DateTimeOffset Time(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * 10);

    private sealed record Body(BillingDetail BillTo, IReadOnlyList<InvoiceLine> Lines);

    private sealed class TotalRow
    {
        public string Product { get; set; } = string.Empty;

        public long Count { get; set; }

        public long Amount { get; set; }

        public InvoiceLine ToLine() => new(Product == "job" ? "text" : Product, Count, Usdc.FromMicros(Amount));
    }

    private sealed record Row(long Number, string Account, string Month, string Body, long AtUs)
    {
        public Invoice ToInvoice()
        {
            var body = JsonSerializer.Deserialize<Body>(Body)!;

            return new(
                InvoiceNumber.From(Number),
                AccountId.Parse(Account),
                InvoiceMonth.Parse(Month),
                body.BillTo,
                body.Lines,
                Time(AtUs));
        }
    }
}
