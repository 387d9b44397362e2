using Dapper;
using Marketplace.Domain.Webhooks;

namespace Marketplace.Ledger.Webhooks;

/// <summary>
/// What is on its way to webhooks. A sender takes what is due, sends it, and says how that went. A crash in between
/// sends twice, under the same id.
/// </summary>
public sealed class DeliveryRows(LedgerDatabase database, TimeProvider clock)
{
    /// <summary>Most rows of one list.</summary>
    public const int RowsMax = 500;

    private const int NoteLengthMax = 200;

    private const string Select =
        """
        SELECT delivery.seq AS Seq, event.id AS Id, event.type AS Type, event.subject AS Subject,
          event.state AS EventState, event.link AS Link, event.part AS Part, event.at_us AS EventUs,
          delivery.state AS State, delivery.tries AS Tries, delivery.attempts AS Attempts, delivery.code AS Code,
          delivery.note AS Note, delivery.due_us AS DueUs, delivery.tried_us AS TriedUs, delivery.at_us AS AtUs
        FROM webhook_delivery AS delivery JOIN webhook_event AS event ON event.id = delivery.event
        """;

    /// <summary>What is due for a webhook, the longest due first.</summary>
    public Task<IReadOnlyList<StoredDelivery>> Due(WebhookId webhook, int limit, CancellationToken cancel = default) =>
        Query(
            $"""
            WHERE delivery.webhook = @id AND delivery.state = 'waiting' AND delivery.due_us <= @now
            ORDER BY delivery.due_us, delivery.seq LIMIT {Math.Clamp(limit, 1, RowsMax)}
            """,
            new { id = webhook.Value, now = clock.GetUtcNow().ToMicros() },
            cancel);

    /// <summary>Deliveries of a webhook, newest first.</summary>
    public Task<IReadOnlyList<StoredDelivery>> Of(
        WebhookId webhook, long? before, int limit, CancellationToken cancel = default) => Query(
        $"""
        WHERE delivery.webhook = @id AND delivery.seq < @before
        ORDER BY delivery.seq DESC LIMIT {Math.Clamp(limit, 1, RowsMax)}
        """,
        new { id = webhook.Value, before = before ?? long.MaxValue },
        cancel);

    public async Task<StoredDelivery?> Find(
        WebhookId webhook, EventId told, CancellationToken cancel = default) =>
        await Query(
            "WHERE delivery.webhook = @id AND delivery.event = @told",
            new { id = webhook.Value, told = told.Value },
            cancel) is [var row] ? row : null;

    /// <summary>Writes down how a try went; nothing when it does not wait any more.</summary>
    public Task<bool> Record(
        WebhookId webhook, EventId told, DeliveryResult result, CancellationToken cancel = default) => database.Write(
            async (connection, transaction) =>
            {
                var isDelivered = result.State == StoredDelivery.Delivered;
                var now = clock.GetUtcNow().ToMicros();
                var written = await connection.ExecuteAsync(new(
                    """
                    UPDATE webhook_delivery SET state = @State, tries = tries + 1, attempts = attempts + 1,
                      code = @Code, note = @note, due_us = @due, tried_us = @now
                    WHERE webhook = @id AND event = @told AND state = 'waiting'
                    """,
                    new
                    {
                        id = webhook.Value,
                        told = told.Value,
                        result.State,
                        result.Code,
                        note = result.Note?.Length > NoteLengthMax ? result.Note[..NoteLengthMax] : result.Note,
                        due = result.DueAt.ToMicros(),
                        now,
                    },
                    transaction,
                    cancellationToken: cancel));

                if (written == 1)
                {
                    var change = isDelivered
                        ? "SET failing_since_us = NULL WHERE id = @id AND failing_since_us IS NOT NULL"
                        : "SET failing_since_us = @now WHERE id = @id AND failing_since_us IS NULL";
                    await connection.ExecuteAsync(new(
                        $"UPDATE webhook {change}",
                        new { id = webhook.Value, now },
                        transaction,
                        cancellationToken: cancel));
                }

                return written == 1;
            },
            cancel);

    /// <summary>Has it wait until a time, without a try; nothing when it does not wait any more.</summary>
    public Task<bool> Postpone(
        WebhookId webhook, EventId told, DateTimeOffset until, CancellationToken cancel = default) => database.Write(
        async (connection, transaction) => await connection.ExecuteAsync(new(
            """
            UPDATE webhook_delivery SET due_us = @until WHERE webhook = @id AND event = @told AND state = 'waiting'
            """,
            new { id = webhook.Value, told = told.Value, until = until.ToMicros() },
            transaction,
            cancellationToken: cancel)) == 1,
        cancel);

    /// <summary>Has it sent once more, from the first try; harmless while it waits. False when there is none.</summary>
    public Task<bool> Again(WebhookId webhook, EventId told, CancellationToken cancel = default) => database.Write(
        async (connection, transaction) => await connection.ExecuteAsync(new(
            """
            UPDATE webhook_delivery SET state = 'waiting', tries = 0, due_us = @now
            WHERE webhook = @id AND event = @told
            """,
            new { id = webhook.Value, told = told.Value, now = clock.GetUtcNow().ToMicros() },
            transaction,
            cancellationToken: cancel)) == 1,
        cancel);

    /// <summary>
    /// Queues an event for one webhook alone; again is harmless. Not while as many wait as may, as with other events.
    /// </summary>
    public Task Queue(WebhookId webhook, NewEvent told, CancellationToken cancel = default) => database.Write(
        (connection, transaction) => connection.ExecuteAsync(new(
            $"""
            INSERT INTO webhook_delivery(webhook, event, state, tries, attempts, due_us, at_us)
            SELECT @id, @told, 'waiting', 0, 0, @now, @now
            WHERE (SELECT COUNT(*) FROM (SELECT 1 FROM webhook_delivery
              WHERE webhook = @id AND state = 'waiting' LIMIT {WebhookRows.QueueMax}) AS queue) < {WebhookRows.QueueMax}
            ON CONFLICT DO NOTHING;
            INSERT INTO webhook_event(id, owner, type, subject, state, link, at_us)
            SELECT @told, @Owner, @Type, @Subject, @State, @Link, @now
            WHERE EXISTS(SELECT 1 FROM webhook_delivery WHERE webhook_delivery.event = @told)
            ON CONFLICT DO NOTHING;
            """,
            new
            {
                id = webhook.Value,
                told = told.Id.Value,
                told.Owner,
                told.Type,
                told.Subject,
                told.State,
                told.Link,
                now = clock.GetUtcNow().ToMicros(),
            },
            transaction,
            cancellationToken: cancel)),
        cancel);

    /// <summary>Forgets deliveries and events that are older than a time; answers how many rows that were.</summary>
    /// <param name="before">The time.</param>
    /// <param name="limit">At most this many of each.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task<int> Prune(DateTimeOffset before, int limit, CancellationToken cancel = default) => database.Write(
        (connection, transaction) => connection.ExecuteAsync(new(
            """
            DELETE FROM webhook_delivery WHERE seq IN (
              SELECT seq FROM webhook_delivery WHERE at_us < @before ORDER BY at_us LIMIT @limit);
            DELETE FROM webhook_event WHERE id IN (
              SELECT id FROM webhook_event WHERE at_us < @before
                AND NOT EXISTS(SELECT 1 FROM webhook_delivery WHERE webhook_delivery.event = webhook_event.id)
              ORDER BY at_us LIMIT @limit);
            """,
            new { before = before.ToMicros(), limit = Math.Clamp(limit, 1, RowsMax) },
            transaction,
            cancellationToken: cancel)),
        cancel);

    private async Task<IReadOnlyList<StoredDelivery>> Query(string where, object values, CancellationToken cancel)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<Row>(new($"{Select} {where}", values, cancellationToken: cancel));

        return [.. rows.Select(row => row.ToDelivery())];
    }

    private sealed class Row
    {
        public long Seq { get; set; }

        public string Id { get; set; } = string.Empty;

        public string Type { get; set; } = string.Empty;

        public string Subject { get; set; } = string.Empty;

        public string EventState { get; set; } = string.Empty;

        public string? Link { get; set; }

        public long? Part { get; set; }

        public long EventUs { get; set; }

        public string State { get; set; } = string.Empty;

        public long Tries { get; set; }

        public long Attempts { get; set; }

        public long? Code { get; set; }

        public string? Note { get; set; }

        public long DueUs { get; set; }

        public long? TriedUs { get; set; }

        public long AtUs { get; set; }

        public StoredDelivery ToDelivery() => new(
            Seq,
            new(EventId.Parse(Id), Type, EventUs.ToTime(), Subject, EventState, Link, (int?)Part),
            State,
            (int)Tries,
            (int)Attempts,
            (int?)Code,
            Note,
            DueUs.ToTime(),
            TriedUs?.ToTime(),
            AtUs.ToTime());
    }
}
