using System.Data.Common;
using Dapper;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payouts;
using Marketplace.Ledger.Compliance;
using Marketplace.Ledger.Payouts;

namespace Marketplace.Ledger.Payments;

/// <summary>
/// Refunds in USDC on chain. Each step is one transaction: hold or journal, the register, what is in suspense, and the
/// refund itself, and it is written only on the version that it was decided on. What pays it is the chunk it is in.
/// </summary>
public sealed class UsdcRefundRows(LedgerDatabase database, TimeProvider clock)
{
    private const string OverWord = UsdcRefundStates.Refused;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly BookWriter _writer = new(database.Dialect, clock);

    public async Task<StoredUsdcRefund?> Find(PayoutId id, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        return await Read(connection, null, id, string.Empty, cancel);
    }

    /// <summary>What a customer has put in and had back in USDC.</summary>
    public async Task<UsdcRefundUse> Use(AccountId customer, RailName rail, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        return await Use(connection, null, customer, rail, cancel);
    }

    /// <summary>
    /// Holds the money and stores the refund. What is left of the customer's deposits is counted under the lock of the
    /// customer's balance, so that two at once cannot both take it.
    /// </summary>
    public Task<UsdcRefundBegun> Begin(
        UsdcRefund refund, UsdcRefundTerms terms, CancellationToken cancel = default) =>
        database.Write<UsdcRefundBegun>(
            async (connection, transaction) =>
            {
                await Lock(connection, transaction, refund.Source, cancel);

                if (await Read(connection, transaction, refund.Id, string.Empty, cancel) is { } known)
                {
                    return known.Refund.AsksSame(refund)
                        ? new UsdcRefundBegun.Stands(known.Refund)
                        : new UsdcRefundBegun.KeyTaken();
                }

                if (await WhyNot(connection, transaction, refund, terms, cancel) is { } why)
                {
                    return why;
                }

                var entry = new Entry
                {
                    Holds = [RefundEntries.HoldSource(refund.Id.Value, refund.Account, refund.Amount)],
                    Register = [Row(refund)],
                };

                switch (await Apply(connection, transaction, entry, cancel))
                {
                    case PostOutcome.Insufficient few:
                        return new UsdcRefundBegun.NotEnough(Usdc.FromMicros(Math.Max(0, few.Available)));
                    case { Stands: false }:
                        return new UsdcRefundBegun.KeyTaken();
                }

                await Insert(connection, transaction, refund, cancel);
                return new UsdcRefundBegun.Stands(refund);
            },
            cancel);

    /// <summary>Writes a step that moves no money; false when the refund is not at this version any more.</summary>
    public Task<bool> Step(StoredUsdcRefund before, UsdcRefund next, CancellationToken cancel = default) =>
        Change(before, next, _ => Task.FromResult<Entry?>(new()), cancel);

    /// <summary>
    /// Ends it without paying: its money is free again, or blocked by the case that <see cref="UsdcRefund.BlockedBy"/>
    /// names. False when the refund is not at this version any more, or a chunk has it.
    /// </summary>
    public Task<bool> Refuse(StoredUsdcRefund before, UsdcRefund next, CancellationToken cancel = default) =>
        Change(
            before,
            next,
            async scope =>
            {
                var (connection, transaction) = scope;
                var held = RefundEntries.ChainHoldIds(before.Refund.Id.Value, before.Refund.Account);
                var open = await TransferHolds.Open(database.Dialect, connection, transaction, held, cancel);
                var taken = await TransferHolds.TakenBy(connection, transaction, before.Refund.Id, cancel);
                return taken is not null ? null : new()
                {
                    Journals = next.BlockedBy is { } review
                        ? [ComplianceJournals.Block(review, next.Source, next.Amount)]
                        : [],
                    VoidHolds = open,
                };
            },
            cancel);

    /// <summary>
    /// Gives back what a case has blocked: to the customer, or to suspense. False when the refund is not at this
    /// version any more.
    /// </summary>
    public Task<bool> Unblock(StoredUsdcRefund before, UsdcRefund next, CancellationToken cancel = default) => Change(
        before,
        next,
        _ => Task.FromResult<Entry?>(Entry.Of(
            ComplianceJournals.Unblock(before.Refund.BlockedBy!, next.Account, next.Amount))),
        cancel);

    private async Task<bool> Change(
        StoredUsdcRefund before, UsdcRefund next, Func<Scope, Task<Entry?>> entryOf, CancellationToken cancel) =>
        await database.Write(
            async (connection, transaction) =>
            {
                var stands = await Read(connection, transaction, next.Id, database.Dialect.ForUpdate, cancel);

                if (stands?.Version != before.Version
                    || await entryOf(new(connection, transaction)) is not { } entry)
                {
                    return false;
                }

                var outcome = await Apply(connection, transaction, entry with { Register = [Row(next)] }, cancel);

                if (!outcome.Stands)
                {
                    throw new InvalidOperationException($"The books refused a step of refund {next.Id}: {outcome}");
                }

                await connection.ExecuteAsync(new(
                    "UPDATE usdc_refund SET state = @state, body = @body, version = version + 1 WHERE id = @id",
                    Values(next),
                    transaction,
                    cancellationToken: cancel));

                // Ended without being paid and nothing blocked: the deposit waits for its owner again.
                if (next is { State: OverWord, BlockedBy: null, Deposit: not null })
                {
                    await connection.ExecuteAsync(new(
                        "UPDATE credited_transfer SET refund_id = NULL WHERE refund_id = @id",
                        new { id = next.Id.Value },
                        transaction,
                        cancellationToken: cancel));
                }

                return true;
            },
            cancel);

    private async Task<UsdcRefundBegun?> WhyNot(
        DbConnection connection,
        DbTransaction transaction,
        UsdcRefund refund,
        UsdcRefundTerms terms,
        CancellationToken cancel)
    {
        if (refund.Account is { } customer)
        {
            var use = await Use(connection, transaction, customer, refund.Rail, cancel);
            var verdict = UsdcRefundRules.Decide(refund.Amount, use, terms);
            return verdict is UsdcRefundVerdict.Granted ? null : new UsdcRefundBegun.Refused(verdict);
        }

        var waiting = (await connection.QueryAsync<long>(new(
            $"""
            SELECT amount FROM credited_transfer
            WHERE signature = @Deposit AND rail = @rail AND account IS NULL AND refund_id IS NULL
            {database.Dialect.ForUpdate}
            """,
            new { refund.Deposit, rail = refund.Rail.Value },
            transaction,
            cancellationToken: cancel))).AsList();

        return waiting.Count > 0 && waiting.Sum() == refund.Amount.Micros ? null : new UsdcRefundBegun.NotWaiting();
    }

    private async Task<UsdcRefundUse> Use(
        DbConnection connection,
        DbTransaction? transaction,
        AccountId customer,
        RailName rail,
        CancellationToken cancel)
    {
        var sums = await connection.QuerySingleAsync<UseRow>(new(
            """
            SELECT
              (SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM credited_transfer
                WHERE account = @customer AND rail = @rail) AS Deposited,
              (SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM usdc_refund
                WHERE account = @customer AND rail = @rail AND state <> @over) AS Refunded,
              (SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM usdc_refund
                WHERE account = @customer AND at_us > @since AND state <> @over) AS LastDay,
              (SELECT COUNT(*) FROM usdc_refund
                WHERE account = @customer AND at_us > @since AND state <> @over) AS CountLastDay
            """,
            new
            {
                customer = customer.Value,
                rail = rail.Value,
                over = OverWord,
                since = (clock.GetUtcNow() - Day).ToMicros(),
            },
            transaction,
            cancellationToken: cancel));

        return new(
            Usdc.FromMicros(sums.Deposited),
            Usdc.FromMicros(sums.Refunded),
            Usdc.FromMicros(sums.LastDay),
            (int)sums.CountLastDay);
    }

    /// <summary>Refunds of one source wait for each other from here on.</summary>
    private Task<long?> Lock(
        DbConnection connection, DbTransaction transaction, LedgerAccount account, CancellationToken cancel) =>
        connection.ExecuteScalarAsync<long?>(new(
            $"SELECT id FROM account WHERE name = @name {database.Dialect.ForUpdate}",
            new { name = account.Name },
            transaction,
            cancellationToken: cancel));

    private static async Task Insert(
        DbConnection connection, DbTransaction transaction, UsdcRefund refund, CancellationToken cancel)
    {
        await connection.ExecuteAsync(new(
            """
            INSERT INTO usdc_refund(id, account, deposit, rail, amount, state, body, version, at_us)
            VALUES (@id, @account, @Deposit, @rail, @amount, @state, @body, 1, @at)
            """,
            Values(refund),
            transaction,
            cancellationToken: cancel));

        if (refund.Deposit is not null)
        {
            await connection.ExecuteAsync(new(
                """
                UPDATE credited_transfer SET refund_id = @id
                WHERE signature = @Deposit AND rail = @rail AND account IS NULL AND refund_id IS NULL
                """,
                Values(refund),
                transaction,
                cancellationToken: cancel));
        }
    }

    private async Task<PostOutcome> Apply(
        DbConnection connection, DbTransaction transaction, Entry entry, CancellationToken cancel) =>
        (await _writer.Apply(connection, transaction, [PreparedEntry.From(entry)], cancel))[0];

    private static async Task<StoredUsdcRefund?> Read(
        DbConnection connection, DbTransaction? transaction, PayoutId id, string ending, CancellationToken cancel)
    {
        var row = await connection.QuerySingleOrDefaultAsync<StoredRow>(new(
            $"SELECT body AS Body, version AS Version FROM usdc_refund WHERE id = @id {ending}",
            new { id = id.Value },
            transaction,
            cancellationToken: cancel));
        return row is null ? null : new(ComplianceJson.Read<UsdcRefund>(row.Body), row.Version);
    }

    /// <summary>Due while it waits for screening and a chunk: that is how lanes find it.</summary>
    private static RegisterRow Row(UsdcRefund refund) => new(
        RegisterKinds.UsdcRefund,
        refund.Id.Value,
        refund.Account?.Value ?? string.Empty,
        refund.State,
        ComplianceJson.Write(new ListedRefund(
            refund.Amount,
            refund.Rail.Value,
            refund.Wallet,
            refund.Deposit,
            refund.Signature,
            refund.Trouble,
            refund.PaidAt)),
        refund.State == UsdcRefundStates.Requested ? refund.CreatedAt : null);

    private static object Values(UsdcRefund refund) => new
    {
        id = refund.Id.Value,
        account = refund.Account?.Value,
        refund.Deposit,
        rail = refund.Rail.Value,
        amount = refund.Amount.Micros,
        state = refund.State,
        body = ComplianceJson.Write(refund),
        at = refund.CreatedAt.ToMicros(),
    };

    /// <summary>What lists show of a refund; its words are public.</summary>
    private sealed record ListedRefund(
        Usdc Amount,
        string Rail,
        string Wallet,
        string? Deposit,
        string? Signature,
        string? Trouble,
        DateTimeOffset? PaidAt);

    private sealed record Scope(DbConnection Connection, DbTransaction Transaction);

    private sealed record StoredRow(string Body, long Version);

    private sealed record UseRow(long Deposited, long Refunded, long LastDay, long CountLastDay);
}
