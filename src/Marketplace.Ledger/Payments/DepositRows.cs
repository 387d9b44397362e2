using System.Data.Common;
using Dapper;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payouts;
using Marketplace.Ledger.Webhooks;

namespace Marketplace.Ledger.Payments;

/// <summary>
/// Deposits that are expected and transfers that were credited. A transfer is credited once, by its place on the chain,
/// in the transaction that writes its journal.
/// </summary>
public sealed class DepositRows(LedgerDatabase database, TimeProvider clock)
{
    /// <summary>Most rows of one list.</summary>
    public const int RowsMax = 1_000;

    private const string Expected =
        "SELECT id AS Id, account AS Account, reference AS Reference, amount AS Amount, at_us AS AtUs";

    private const string Credited =
        """
        SELECT genesis AS Genesis, signature AS Signature, token_account AS TokenAccount, deposit_id AS Deposit,
          account AS Account, amount AS Amount, slot AS Slot, at_us AS AtUs, sender AS Sender,
          rail AS Rail, refund_id AS Refund
        """;

    private readonly BookWriter _writer = new(database.Dialect, clock);

    /// <summary>Announces a deposit; again with the same content is harmless.</summary>
    /// <exception cref="InvalidOperationException">The id or the reference belongs to another deposit.</exception>
    public async Task<ExpectedDeposit> Expect(ExpectedDeposit deposit, CancellationToken cancel = default)
    {
        await database.Write(
            (connection, transaction) => connection.ExecuteAsync(new(
                """
                INSERT INTO expected_deposit(id, account, reference, amount, at_us)
                VALUES (@id, @account, @Reference, @amount, @now) ON CONFLICT DO NOTHING
                """,
                new
                {
                    id = deposit.Id.Value,
                    account = deposit.Account.Value,
                    deposit.Reference,
                    amount = deposit.Amount?.Micros,
                    now = clock.GetUtcNow().ToMicros(),
                },
                transaction,
                cancellationToken: cancel)),
            cancel);

        var stored = await Find(deposit.Id, cancel);

        return stored is not null && stored with { CreatedAt = deposit.CreatedAt } == deposit
            ? stored
            : throw new InvalidOperationException($"{deposit.Id} or its reference is taken by another deposit.");
    }

    public async Task<ExpectedDeposit?> Find(DepositId deposit, CancellationToken cancel = default) =>
        await ReadExpected("WHERE id = @id", new { id = deposit.Value }, cancel) is [var row] ? row : null;

    /// <summary>The deposit whose transfers carry a reference key.</summary>
    public async Task<ExpectedDeposit?> FindByReference(string reference, CancellationToken cancel = default) =>
        await ReadExpected("WHERE reference = @reference", new { reference }, cancel) is [var row] ? row : null;

    /// <summary>Deposits announced at or after a time, newest first.</summary>
    public Task<IReadOnlyList<ExpectedDeposit>> Since(
        DateTimeOffset time, int limit, CancellationToken cancel = default) =>
        ReadExpected(
            $"WHERE at_us >= @since ORDER BY seq DESC LIMIT {Math.Clamp(limit, 1, RowsMax)}",
            new { since = time.ToMicros() },
            cancel);

    /// <summary>
    /// Writes a finalized transfer and its journal. Again: exists; again with another owner: conflict. Without an owner
    /// it goes to suspense.
    /// </summary>
    public Task<PostOutcome> Credit(
        ChainTransfer transfer, AccountId? customer, DepositId? deposit, CancellationToken cancel = default) =>
        Credit(DepositJournals.Credit(transfer, customer), transfer, customer, deposit, cancel);

    /// <summary>The same for what came in at a standing address, where it lies until it is swept.</summary>
    public Task<PostOutcome> CreditUnswept(
        ChainTransfer transfer, AccountId customer, CancellationToken cancel = default) =>
        Credit(DepositJournals.CreditUnswept(transfer, customer), transfer, customer, null, cancel);

    /// <summary>
    /// Posts that a transaction brought this much from standing addresses into the treasury, once. False while less has
    /// been credited there.
    /// </summary>
    public Task<bool> PostSweep(string signature, Usdc amount, CancellationToken cancel = default) =>
        database.Write(
            async (connection, transaction) =>
            {
                var entry = PreparedEntry.From(Entry.Of(TreasuryJournals.Sweep(signature, amount)));
                return (await _writer.Apply(connection, transaction, [entry], cancel))[0].Stands;
            },
            cancel);

    private Task<PostOutcome> Credit(
        Journal journal,
        ChainTransfer transfer,
        AccountId? customer,
        DepositId? deposit,
        CancellationToken cancel) =>
        database.Write(
            async (connection, transaction) =>
            {
                var entry = PreparedEntry.From(
                    Entry.Of(journal) with { Events = NewEvent.Deposit(transfer, customer, deposit) });
                var outcome = (await _writer.Apply(connection, transaction, [entry], cancel))[0];

                if (outcome is PostOutcome.Posted)
                {
                    await connection.ExecuteAsync(new(
                        """
                        INSERT INTO credited_transfer(
                          genesis, signature, token_account, deposit_id, account, amount, slot, at_us, sender,
                          rail)
                        VALUES (@Genesis, @Signature, @TokenAccount, @deposit, @customer, @amount, @Slot, @now, @Sender,
                          @rail)
                        """,
                        new
                        {
                            transfer.Genesis,
                            transfer.Signature,
                            transfer.TokenAccount,
                            deposit = deposit?.Value,
                            customer = customer?.Value,
                            amount = transfer.Amount.Micros,
                            transfer.Slot,
                            transfer.Sender,
                            rail = transfer.Rail.Value,
                            now = clock.GetUtcNow().ToMicros(),
                        },
                        transaction,
                        cancellationToken: cancel));
                }

                return outcome;
            },
            cancel);

    /// <summary>
    /// Gives a transfer in suspense to its owner. One that goes back, or has gone, answers that the refund's hold is in
    /// the way.
    /// </summary>
    public Task<PostOutcome> Match(ChainTransfer transfer, AccountId customer, CancellationToken cancel = default) =>
        database.Write(
            async (connection, transaction) =>
            {
                if (await RefundOf(connection, transaction, transfer, cancel) is { } refund)
                {
                    return new PostOutcome.HoldNotOpen(refund);
                }

                var entry = PreparedEntry.From(
                    Entry.Of(DepositJournals.Match(transfer, customer)) with
                    {
                        Events = NewEvent.Deposit(transfer, customer, null),
                    });
                var outcome = (await _writer.Apply(connection, transaction, [entry], cancel))[0];

                if (outcome is PostOutcome.Posted
                    && await SetOwner(connection, transaction, transfer, customer, cancel) != 1)
                {
                    throw new InvalidOperationException($"{transfer.Key} does not wait in suspense.");
                }

                return outcome;
            },
            cancel);

    /// <summary>The transfers of a deposit, oldest first.</summary>
    public Task<IReadOnlyList<CreditedTransfer>> TransfersOf(DepositId deposit, CancellationToken cancel = default) =>
        ReadCredited($"WHERE deposit_id = @id ORDER BY seq LIMIT {RowsMax}", new { id = deposit.Value }, cancel);

    /// <summary>The transfers of one transaction into accounts of ours.</summary>
    public Task<IReadOnlyList<CreditedTransfer>> Of(string signature, CancellationToken cancel = default) =>
        ReadCredited($"WHERE signature = @signature ORDER BY seq LIMIT {RowsMax}", new { signature }, cancel);

    /// <summary>Transfers without an owner that do not go back either, oldest first.</summary>
    public Task<IReadOnlyList<CreditedTransfer>> InSuspense(int limit, CancellationToken cancel = default) =>
        ReadCredited(
            $"WHERE account IS NULL AND refund_id IS NULL ORDER BY seq LIMIT {Math.Clamp(limit, 1, RowsMax)}",
            new { },
            cancel);

    /// <summary>The first customer whose deposit came from a wallet, or null; see the sender of a transfer.</summary>
    public async Task<AccountId?> OwnerOfSender(string wallet, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var owner = await connection.QueryFirstOrDefaultAsync<string>(new(
            """
            SELECT account FROM credited_transfer WHERE sender = @wallet AND account IS NOT NULL
            ORDER BY at_us, signature LIMIT 1
            """,
            new { wallet },
            cancellationToken: cancel));
        return owner is null ? null : AccountId.Parse(owner);
    }

    /// <summary>What was credited at each of these token accounts; those with nothing are left out.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CreditedAt(
        string genesis, IReadOnlyList<string> tokenAccounts, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<CreditedSum>(new(
            $"""
            SELECT token_account AS TokenAccount, CAST(SUM(amount) AS BIGINT) AS Amount FROM credited_transfer
            WHERE genesis = @genesis AND {database.Dialect.In("token_account", "@accounts")} GROUP BY token_account
            """,
            new { genesis, accounts = tokenAccounts.ToArray() },
            cancellationToken: cancel));
        return rows.ToDictionary(row => row.TokenAccount, row => row.Amount, StringComparer.Ordinal);
    }

    /// <summary>Every rail on which something was ever planned or credited.</summary>
    public async Task<IReadOnlyList<RailName>> Rails(CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<string>(new(
            "SELECT rail FROM chunk_payout UNION SELECT rail FROM credited_transfer", cancellationToken: cancel));
        return [.. rows.Select(RailName.Parse)];
    }

    /// <summary>How far the scan of a source has come, or null when it has not begun.</summary>
    public async Task<string?> Cursor(string source, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        return await connection.QueryFirstOrDefaultAsync<string>(
            new("SELECT position FROM scan_cursor WHERE source = @source", new { source }, cancellationToken: cancel));
    }

    /// <summary>Remembers how far a scan has come: call it after its transfers are credited.</summary>
    public Task SaveCursor(string source, string position, CancellationToken cancel = default) =>
        database.Write(
            (connection, transaction) => connection.ExecuteAsync(new(
                """
                INSERT INTO scan_cursor(source, position, at_us) VALUES (@source, @position, @now)
                ON CONFLICT(source) DO UPDATE SET position = excluded.position, at_us = excluded.at_us
                """,
                new { source, position, now = clock.GetUtcNow().ToMicros() },
                transaction,
                cancellationToken: cancel)),
            cancel);

    /// <summary>The refund that sends a transfer back, or null; from here on none begins until the commit.</summary>
    private async Task<string?> RefundOf(
        DbConnection connection, DbTransaction transaction, ChainTransfer transfer, CancellationToken cancel)
    {
        // Suspense first, as refunds do: else each could wait for the other.
        await connection.ExecuteScalarAsync<long?>(new(
            $"SELECT id FROM account WHERE name = @name {database.Dialect.ForUpdate}",
            new { name = Chart.Suspense.Name },
            transaction,
            cancellationToken: cancel));

        return await connection.QueryFirstOrDefaultAsync<string?>(new(
            """
            SELECT refund_id FROM credited_transfer
            WHERE genesis = @Genesis AND signature = @Signature AND token_account = @TokenAccount
            """,
            new { transfer.Genesis, transfer.Signature, transfer.TokenAccount },
            transaction,
            cancellationToken: cancel));
    }

    private static Task<int> SetOwner(
        DbConnection connection,
        DbTransaction transaction,
        ChainTransfer transfer,
        AccountId customer,
        CancellationToken cancel) =>
        connection.ExecuteAsync(new(
            """
            UPDATE credited_transfer SET account = @customer
            WHERE genesis = @Genesis AND signature = @Signature AND token_account = @TokenAccount AND account IS NULL
            """,
            new { transfer.Genesis, transfer.Signature, transfer.TokenAccount, customer = customer.Value },
            transaction,
            cancellationToken: cancel));

    private async Task<IReadOnlyList<ExpectedDeposit>> ReadExpected(
        string where, object values, CancellationToken cancel)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<ExpectedRow>(
            new($"{Expected} FROM expected_deposit {where}", values, cancellationToken: cancel));

        return
        [
            .. rows.Select(row => new ExpectedDeposit(
                DepositId.Parse(row.Id),
                AccountId.Parse(row.Account),
                row.Reference,
                row.Amount is { } amount ? Usdc.FromMicros(amount) : null)
            {
                CreatedAt = row.AtUs.ToTime(),
            }),
        ];
    }

    private async Task<IReadOnlyList<CreditedTransfer>> ReadCredited(
        string where, object values, CancellationToken cancel)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<CreditedRow>(
            new($"{Credited} FROM credited_transfer {where}", values, cancellationToken: cancel));

        return
        [
            .. rows.Select(row => new CreditedTransfer(
                new(row.Genesis, row.Signature, row.TokenAccount, Usdc.FromMicros(row.Amount), row.Slot)
                {
                    Sender = row.Sender,
                    Rail = RailName.Parse(row.Rail),
                },
                row.Deposit is null ? null : DepositId.Parse(row.Deposit),
                row.Account is null ? null : AccountId.Parse(row.Account),
                row.AtUs.ToTime())
            {
                Refund = row.Refund is null ? null : PayoutId.Parse(row.Refund),
            }),
        ];
    }

    private sealed class CreditedSum
    {
        public string TokenAccount { get; set; } = string.Empty;

        public long Amount { get; set; }
    }

    private sealed class ExpectedRow
    {
        public string Id { get; set; } = string.Empty;

        public string Account { get; set; } = string.Empty;

        public string Reference { get; set; } = string.Empty;

        public long? Amount { get; set; }

        public long AtUs { get; set; }
    }

    private sealed class CreditedRow
    {
        public string Genesis { get; set; } = string.Empty;

        public string Signature { get; set; } = string.Empty;

        public string TokenAccount { get; set; } = string.Empty;

        public string? Deposit { get; set; }

        public string? Account { get; set; }

        public long Amount { get; set; }

        public long Slot { get; set; }

        public string? Sender { get; set; }

        public string Rail { get; set; } = string.Empty;

        public string? Refund { get; set; }

        public long AtUs { get; set; }
    }
}
