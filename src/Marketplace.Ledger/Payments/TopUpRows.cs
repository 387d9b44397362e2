using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Payments;

namespace Marketplace.Ledger.Payments;

/// <summary>
/// Top-ups by card. A step is one transaction: journals, holds, the register and the top-up itself, and it is written
/// only on the version that it was decided on.
/// </summary>
public sealed class TopUpRows(LedgerDatabase database, TimeProvider clock)
{
    /// <summary>Most rows of one list.</summary>
    public const int RowsMax = 500;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new CentsJson(), new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        IgnoreReadOnlyProperties = true,
    };

    private readonly BookWriter _writer = new(database.Dialect, clock);

    /// <summary>Stores a new top-up, before anybody outside hears of it. False when the id is taken.</summary>
    public Task<bool> Insert(TopUp topUp, DateTimeOffset dueAt, CancellationToken cancel = default) => database.Write(
        async (connection, transaction) =>
        {
            var inserted = await connection.ExecuteAsync(new(
                """
                INSERT INTO top_up(id, account, payment_intent, state, body, version, due_us, at_us)
                VALUES (@id, @account, @intent, @state, @body, 1, @due, @at) ON CONFLICT DO NOTHING
                """,
                Values(topUp, 1, dueAt),
                transaction,
                cancellationToken: cancel));

            if (inserted == 1)
            {
                var entry = PreparedEntry.From(new Entry { Register = [.. TopUpRegister.Rows(topUp)] });
                await _writer.Apply(connection, transaction, [entry], cancel);
            }

            return inserted == 1;
        },
        cancel);

    public async Task<StoredTopUp?> Find(TopUpId id, CancellationToken cancel = default) =>
        await Query("WHERE id = @id", new { id = id.Value }, cancel) is [var row] ? row : null;

    /// <summary>An account's top-ups since a time, newest first.</summary>
    public async Task<IReadOnlyList<TopUp>> Since(
        AccountId account, DateTimeOffset time, CancellationToken cancel = default) =>
    [
        .. (await Query(
            $"WHERE account = @account AND at_us >= @since ORDER BY seq DESC LIMIT {RowsMax}",
            new { account = account.Value, since = time.ToMicros() },
            cancel)).Select(row => row.TopUp),
    ];

    /// <summary>Whether any top-up of the account was ever paid.</summary>
    public async Task<bool> HasPaid(AccountId account, CancellationToken cancel = default) =>
        (await Query(
            "WHERE account = @account AND state = 'paid' LIMIT 1", new { account = account.Value }, cancel)).Count > 0;

    /// <summary>Top-ups that somebody must look at, the longest due first.</summary>
    public async Task<IReadOnlyList<TopUpId>> Due(
        DateTimeOffset now, int limit, CancellationToken cancel = default) =>
    [
        .. (await Query(
            $"WHERE due_us <= @now ORDER BY due_us, seq LIMIT {Math.Clamp(limit, 1, RowsMax)}",
            new { now = now.ToMicros() },
            cancel)).Select(row => row.TopUp.Id),
    ];

    /// <summary>
    /// Writes a step. Null when the top-up is not at this version any more: read it and decide again. A refusal of the
    /// books (a hold that is not covered) writes nothing.
    /// </summary>
    public Task<PostOutcome?> Apply(
        StoredTopUp before, TopUpStep step, DateTimeOffset? dueAt, CancellationToken cancel = default) =>
        database.Write<PostOutcome?>(
            async (connection, transaction) =>
            {
                if (await Version(connection, transaction, before.TopUp.Id, cancel) != before.Version)
                {
                    return null;
                }

                var entry = PreparedEntry.From(EntryOf(step));
                var outcome = (await _writer.Apply(connection, transaction, [entry], cancel))[0];

                if (outcome.Stands)
                {
                    await connection.ExecuteAsync(new(
                        """
                        UPDATE top_up SET payment_intent = @intent, state = @state, body = @body, version = @version,
                          due_us = @due
                        WHERE id = @id
                        """,
                        Values(step.Next, before.Version + 1, dueAt),
                        transaction,
                        cancellationToken: cancel));
                }

                return outcome;
            },
            cancel);

    private static Entry EntryOf(TopUpStep step) => new()
    {
        Journals = step.Journals,
        Holds =
        [
            .. step.Held.SelectMany(refund =>
                RefundEntries.HoldForCard(refund.Id.Value, step.Next.Account, refund.Amount).Holds),
        ],
        PostHolds =
        [
            .. step.Posted.SelectMany(refund =>
                RefundEntries.PostToCard(refund.Id.Value, step.Next.Account, refund.Amount).PostHolds),
        ],
        VoidHolds = [.. step.Voided.SelectMany(refund => RefundEntries.VoidToCard(refund.Id.Value).VoidHolds)],
        Register = [.. TopUpRegister.Rows(step.Next)],
    };

    private static object Values(TopUp topUp, long version, DateTimeOffset? dueAt) => new
    {
        id = topUp.Id.Value,
        account = topUp.Account.Value,
        intent = topUp.PaymentIntent,
        state = TopUpRegister.Word(topUp.State),
        body = JsonSerializer.Serialize(topUp, Json),
        version,
        due = dueAt?.ToMicros(),
        at = topUp.CreatedAt.ToMicros(),
    };

    private Task<long> Version(
        DbConnection connection, DbTransaction transaction, TopUpId id, CancellationToken cancel) =>
        connection.QuerySingleAsync<long>(new(
            $"SELECT version FROM top_up WHERE id = @id {database.Dialect.ForUpdate}",
            new { id = id.Value },
            transaction,
            cancellationToken: cancel));

    private async Task<IReadOnlyList<StoredTopUp>> Query(string where, object values, CancellationToken cancel)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<Row>(
            new($"SELECT body AS Body, version AS Version FROM top_up {where}", values, cancellationToken: cancel));

        return
        [
            .. rows.Select(row => new StoredTopUp(JsonSerializer.Deserialize<TopUp>(row.Body, Json)!, row.Version)),
        ];
    }

    private sealed record Row(string Body, long Version);
}
