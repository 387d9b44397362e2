using Dapper;

namespace Marketplace.Ledger.Outbox;

/// <summary>
/// What waits to be sent. Messages are written by <see cref="Entry.Messages"/>; a sender takes what is due, sends it,
/// and says how that went. A crash in between sends twice, under the same id.
/// </summary>
public sealed class OutboxRows(LedgerDatabase database)
{
    /// <summary>Most messages of one list.</summary>
    public const int RowsMax = 500;

    /// <summary>Messages of a topic that are due, the longest due first.</summary>
    public async Task<IReadOnlyList<OutboxMessage>> Due(
        string topic, DateTimeOffset now, int limit, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<Row>(new(
            """
            SELECT id AS Id, topic AS Topic, payload AS Payload, tries AS Tries, due_us AS DueUs, at_us AS AtUs
            FROM outbox WHERE state = 'waiting' AND topic = @topic AND due_us <= @now ORDER BY due_us, seq LIMIT @limit
            """,
            new { topic, now = now.ToMicros(), limit = Math.Clamp(limit, 1, RowsMax) },
            cancellationToken: cancel));

        return
        [
            .. rows.Select(row => new OutboxMessage(
                row.Id, row.Topic, row.Payload, (int)row.Tries, row.DueUs.ToTime(), row.AtUs.ToTime())),
        ];
    }

    /// <summary>It was sent. False when it does not wait any more.</summary>
    public Task<bool> Sent(string id, CancellationToken cancel = default) =>
        Change("state = 'sent'", new { id }, cancel);

    /// <summary>Sending failed; it is due again at a later time. False when it does not wait any more.</summary>
    public Task<bool> Later(string id, DateTimeOffset dueAt, CancellationToken cancel = default) =>
        Change("tries = tries + 1, due_us = @due", new { id, due = dueAt.ToMicros() }, cancel);

    /// <summary>It failed for the last time. False when it does not wait any more.</summary>
    public Task<bool> GiveUp(string id, CancellationToken cancel = default) =>
        Change("tries = tries + 1, state = 'given-up'", new { id }, cancel);

    private Task<bool> Change(string change, object values, CancellationToken cancel) => database.Write(
        async (connection, transaction) => await connection.ExecuteAsync(new(
            $"UPDATE outbox SET {change} WHERE id = @id AND state = 'waiting'",
            values,
            transaction,
            cancellationToken: cancel)) == 1,
        cancel);

    private sealed record Row(string Id, string Topic, string Payload, long Tries, long DueUs, long AtUs);
}
