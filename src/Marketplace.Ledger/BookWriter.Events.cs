using Marketplace.Ledger.Sql;
using Marketplace.Ledger.Webhooks;

namespace Marketplace.Ledger;

/// <summary>The statements that write events for the webhooks that want to hear of them.</summary>
internal sealed partial class BookWriter
{
    /// <summary>
    /// Goes before the register's rows, since it compares with them as they were. Where no webhook wants an event the
    /// database looks that up by key and writes nothing. How full a webhook's queue is, is counted once for all events.
    /// </summary>
    private void AddEvents(Statements command, BookPage page)
    {
        var now = clock.GetUtcNow();
        var events = page.Register.Values
            .Select(row => RegisterEvents.Of(row, now))
            .OfType<NewEvent>()
            .Concat(page.Events.Values)
            .ToArray();

        if (events.Length == 0)
        {
            return;
        }

        var rows = dialect.Rows(
            "@events",
            "place bigint",
            "id text",
            "owner text",
            "type text",
            "subject text",
            "state text",
            "link text",
            "part bigint",
            "change_kind text",
            "change_id text");
        command.Add(Insert(rows));
        command.Set("events", Json(events.Select((one, place) => new
        {
            Place = place,
            Id = one.Id.Value,
            one.Owner,
            one.Type,
            one.Subject,
            one.State,
            one.Link,
            one.Part,
            ChangeKind = one.Change?.Kind,
            ChangeId = one.Change?.Id,
        })));
    }

    /// <param name="rows">The events, as a FROM item named <c>r</c>.</param>
    private static string Insert(string rows) =>
        $"""
        WITH wanted AS (
          SELECT DISTINCT webhook.id
          FROM {rows}
          JOIN webhook_interest ON webhook_interest.owner = r.owner AND webhook_interest.type = r.type
          JOIN webhook ON webhook.id = webhook_interest.webhook AND webhook.state = 'enabled'),
        open AS MATERIALIZED (
          SELECT wanted.id FROM wanted
          WHERE (SELECT COUNT(*) FROM (SELECT 1 FROM webhook_delivery AS queued
            WHERE queued.webhook = wanted.id AND queued.state = 'waiting'
            LIMIT {WebhookRows.QueueMax}) AS queue) < {WebhookRows.QueueMax})
        INSERT INTO webhook_delivery(webhook, event, state, tries, attempts, due_us, at_us)
        SELECT open.id, r.id, 'waiting', 0, 0, CAST(@now AS bigint), CAST(@now AS bigint)
        FROM {rows}
        JOIN webhook_interest ON webhook_interest.owner = r.owner AND webhook_interest.type = r.type
        JOIN open ON open.id = webhook_interest.webhook
        WHERE NOT EXISTS(SELECT 1 FROM webhook_event WHERE webhook_event.id = r.id)
          AND NOT EXISTS(SELECT 1 FROM register
            WHERE register.kind = r.change_kind AND register.id = r.change_id AND register.state = r.state)
        ORDER BY r.place ON CONFLICT DO NOTHING;
        INSERT INTO webhook_event(id, owner, type, subject, state, link, part, at_us)
        SELECT r.id, r.owner, r.type, r.subject, r.state, r.link, r.part, CAST(@now AS bigint)
        FROM {rows}
        WHERE EXISTS(SELECT 1 FROM webhook_delivery WHERE webhook_delivery.event = r.id)
        ORDER BY r.place ON CONFLICT DO NOTHING;
        """;
}
