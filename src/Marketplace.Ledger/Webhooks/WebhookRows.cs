using System.Data.Common;
using Dapper;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Webhooks;

namespace Marketplace.Ledger.Webhooks;

/// <summary>The webhooks of accounts. Their events come by the books; see <see cref="Entry.Events"/>.</summary>
public sealed class WebhookRows(LedgerDatabase database, TimeProvider clock)
{
    /// <summary>Deliveries of one webhook that wait; what happens while there are more is not queued for it.</summary>
    public const int QueueMax = 1_000;

    /// <summary>Most rows of one list.</summary>
    public const int RowsMax = 1_000;

    private const string Columns =
        """
        id AS Id, account AS Account, url AS Url, description AS Description, state AS State,
        reason AS Reason, secret_version AS SecretVersion, key_id AS KeyId, old_secret_until_us AS OldSecretUntilUs,
        failing_since_us AS FailingSinceUs, queue_full_us AS QueueFullUs, at_us AS AtUs
        """;

    /// <summary>Writes a new webhook. False when the account has as many as it may have; there already: true.</summary>
    /// <param name="webhook">The webhook.</param>
    /// <param name="interests">Whose events of which type it is told of.</param>
    /// <param name="max">How many an account may have.</param>
    /// <param name="cancel">Ends the wait; the outcome is unknown then.</param>
    public Task<bool> Insert(
        StoredWebhook webhook,
        IReadOnlyList<(string Owner, string Type)> interests,
        int max,
        CancellationToken cancel = default) => database.Write(
            async (connection, transaction) =>
            {
                var written = await connection.ExecuteAsync(new(
                    """
                    INSERT INTO webhook(id, account, url, description, state, secret_version, key_id, at_us)
                    SELECT @id, @account, @Url, @Description, @State, 1, @KeyId, @now
                    WHERE (SELECT COUNT(*) FROM webhook WHERE account = @account) < @max
                    ON CONFLICT(id) DO NOTHING
                    """,
                    new
                    {
                        id = webhook.Id.Value,
                        account = webhook.Account.Value,
                        webhook.Url,
                        webhook.Description,
                        webhook.State,
                        webhook.KeyId,
                        max,
                        now = clock.GetUtcNow().ToMicros(),
                    },
                    transaction,
                    cancellationToken: cancel));

                if (written == 1)
                {
                    await SetInterests(connection, transaction, webhook.Id, interests, cancel);
                }

                return written == 1 || await connection.ExecuteScalarAsync<long>(new(
                    "SELECT COUNT(*) FROM webhook WHERE id = @id",
                    new { id = webhook.Id.Value },
                    transaction,
                    cancellationToken: cancel)) == 1;
            },
            cancel);

    /// <summary>Writes what its owner has changed: address, description, interests, and whether it is on.</summary>
    /// <remarks>Its state is only written when one is told: the platform changes it too.</remarks>
    public Task<bool> Change(
        StoredWebhook next,
        IReadOnlyList<(string Owner, string Type)> interests,
        string? turnsTo,
        CancellationToken cancel = default) => database.Write(
            async (connection, transaction) =>
            {
                var turns = turnsTo is null
                    ? string.Empty
                    : ", state = @turnsTo, reason = NULL, failing_since_us = NULL, queue_full_us = NULL";
                var written = await connection.ExecuteAsync(new(
                    $"UPDATE webhook SET url = @Url, description = @Description {turns} WHERE id = @id",
                    new { id = next.Id.Value, next.Url, next.Description, turnsTo },
                    transaction,
                    cancellationToken: cancel));

                if (written == 1)
                {
                    await SetInterests(connection, transaction, next.Id, interests, cancel);
                }

                return written == 1;
            },
            cancel);

    /// <summary>It has another secret from now on; the one before holds until a time, or not any more (null).</summary>
    public Task<bool> Rotate(
        WebhookId id, int version, string keyId, DateTimeOffset? oldUntil, CancellationToken cancel = default) =>
        Update(
            "secret_version = @version, key_id = @keyId, old_secret_until_us = @old WHERE id = @id",
            new { id = id.Value, version = (long)version, keyId, old = oldUntil?.ToMicros() },
            cancel);

    /// <summary>The platform turns it off. False when it was off, is gone, or was reached meanwhile.</summary>
    /// <param name="id">The webhook.</param>
    /// <param name="reason">Why.</param>
    /// <param name="failingBefore">Only if nothing has reached it since this time; null in any case.</param>
    /// <param name="cancel">Ends the wait; the outcome is unknown then.</param>
    public Task<bool> Disable(
        WebhookId id, string reason, DateTimeOffset? failingBefore, CancellationToken cancel = default) => Update(
        "state = 'disabled', reason = @reason WHERE id = @id AND state = 'enabled'"
            + (failingBefore is null ? string.Empty : " AND failing_since_us <= @cutoff"),
        new { id = id.Value, reason, cutoff = failingBefore?.ToMicros() },
        cancel);

    /// <summary>Notes that its queue is full, if it is.</summary>
    public Task<bool> NoteFullQueue(WebhookId id, CancellationToken cancel = default) => Update(
        $"""
        queue_full_us = @now WHERE id = @id AND (
          SELECT COUNT(*) FROM (SELECT 1 FROM webhook_delivery WHERE webhook = @id AND state = 'waiting'
            LIMIT {QueueMax}) AS queue) >= {QueueMax}
        """,
        new { id = id.Value, now = clock.GetUtcNow().ToMicros() },
        cancel);

    /// <summary>Takes it away with everything that waits for it.</summary>
    public Task Delete(WebhookId id, CancellationToken cancel = default) => database.Write(
        (connection, transaction) => connection.ExecuteAsync(new(
            """
            DELETE FROM webhook_interest WHERE webhook = @id;
            DELETE FROM webhook_delivery WHERE webhook = @id;
            DELETE FROM webhook WHERE id = @id;
            """,
            new { id = id.Value },
            transaction,
            cancellationToken: cancel)),
        cancel);

    public async Task<StoredWebhook?> Find(WebhookId id, CancellationToken cancel = default) =>
        await Query("WHERE id = @id", new { id = id.Value }, cancel) is [var row] ? row : null;

    /// <summary>An account's webhooks, newest first.</summary>
    public Task<IReadOnlyList<StoredWebhook>> Of(AccountId account, CancellationToken cancel = default) => Query(
        $"WHERE account = @account ORDER BY seq DESC LIMIT {RowsMax}", new { account = account.Value }, cancel);

    /// <summary>Whether any webhook wants to hear of such an event.</summary>
    public async Task<bool> Wants(string owner, string type, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        return await connection.ExecuteScalarAsync<long>(new(
            """
            SELECT COUNT(*) FROM webhook_interest JOIN webhook ON webhook.id = webhook_interest.webhook
            WHERE owner = @owner AND type = @type AND webhook.state = 'enabled'
            """,
            new { owner, type },
            cancellationToken: cancel)) > 0;
    }

    /// <summary>Webhooks that are on and have something due, in the order in which they were made.</summary>
    /// <param name="after">Only those behind this one; null from the first.</param>
    /// <param name="limit">At most this many.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>Their ids with their places, to go on behind the last.</returns>
    public async Task<IReadOnlyList<(long Sequence, WebhookId Id)>> WithDue(
        long? after, int limit, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<(long Seq, string Id)>(new(
            $"""
            SELECT seq, id FROM webhook WHERE seq > @after AND state = 'enabled' AND EXISTS(
              SELECT 1 FROM webhook_delivery AS delivery
              WHERE delivery.webhook = webhook.id AND delivery.state = 'waiting' AND delivery.due_us <= @now)
            ORDER BY seq LIMIT {Math.Clamp(limit, 1, RowsMax)}
            """,
            new { after = after ?? 0, now = clock.GetUtcNow().ToMicros() },
            cancellationToken: cancel));

        return [.. rows.Select(row => (row.Seq, WebhookId.Parse(row.Id)))];
    }

    private static async Task SetInterests(
        DbConnection connection,
        DbTransaction transaction,
        WebhookId id,
        IReadOnlyList<(string Owner, string Type)> interests,
        CancellationToken cancel)
    {
        await connection.ExecuteAsync(new(
            "DELETE FROM webhook_interest WHERE webhook = @id",
            new { id = id.Value },
            transaction,
            cancellationToken: cancel));
        await connection.ExecuteAsync(new(
            "INSERT INTO webhook_interest(owner, type, webhook) VALUES (@Owner, @Type, @Webhook)",
            interests.Select(one => new { one.Owner, one.Type, Webhook = id.Value }),
            transaction,
            cancellationToken: cancel));
    }

    private Task<bool> Update(string change, object values, CancellationToken cancel) => database.Write(
        async (connection, transaction) => await connection.ExecuteAsync(new(
            $"UPDATE webhook SET {change}", values, transaction, cancellationToken: cancel)) == 1,
        cancel);

    private async Task<IReadOnlyList<StoredWebhook>> Query(string where, object values, CancellationToken cancel)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = (await connection.QueryAsync<Row>(new(
            $"SELECT {Columns} FROM webhook {where}", values, cancellationToken: cancel))).AsList();
        var interests = await connection.QueryAsync<(string Webhook, string Type)>(new(
            $"""
            SELECT webhook, type FROM webhook_interest
            WHERE {database.Dialect.In("webhook", "@ids")} ORDER BY webhook, type
            """,
            new { ids = rows.Select(row => row.Id).ToArray() },
            cancellationToken: cancel));
        var types = interests.ToLookup(one => one.Webhook, one => one.Type, StringComparer.Ordinal);

        return [.. rows.Select(row => row.ToWebhook([.. types[row.Id]]))];
    }

    private sealed class Row
    {
        public string Id { get; set; } = string.Empty;

        public string Account { get; set; } = string.Empty;

        public string Url { get; set; } = string.Empty;

        public string Description { get; set; } = string.Empty;

        public string State { get; set; } = string.Empty;

        public string? Reason { get; set; }

        public long SecretVersion { get; set; }

        public string KeyId { get; set; } = string.Empty;

        public long? OldSecretUntilUs { get; set; }

        public long? FailingSinceUs { get; set; }

        public long? QueueFullUs { get; set; }

        public long AtUs { get; set; }

        public StoredWebhook ToWebhook(IReadOnlyList<string> events) =>
            new(WebhookId.Parse(Id), AccountId.Parse(Account), Url, Description, events)
            {
                State = State,
                Reason = Reason,
                SecretVersion = (int)SecretVersion,
                KeyId = KeyId,
                OldSecretUntil = OldSecretUntilUs?.ToTime(),
                FailingSince = FailingSinceUs?.ToTime(),
                QueueFullAt = QueueFullUs?.ToTime(),
                CreatedAt = AtUs.ToTime(),
            };
    }
}
