using Marketplace.Ledger.Sql;
using Marketplace.Ledger.Webhooks;

namespace Marketplace.Ledger;

/// <summary>The statements that write events for the webhooks that want to hear of them.</summary>
internal sealed partial class BookWriter
{
    /// <summary>
    /// Goes before the register's rows, since it compares with them as they were. Where no webhook wants an event the
    /// database looks that up by key and writes nothing.
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
        command.Add(
            $"""
            INSERT INTO webhook_delivery(webhook, event, state, tries, attempts, due_us, at_us)
            SELECT webhook.id, r.id, 'waiting', 0, 0, CAST(@now AS bigint), CAST(@now AS bigint)
            FROM {rows}
            JOIN webhook_interest ON webhook_interest.owner = r.owner AND webhook_interest.type = r.type
            JOIN webhook ON webhook.id = webhook_interest.webhook AND webhook.state = 'enabled'
            WHERE NOT EXISTS(SELECT 1 FROM webhook_event WHERE webhook_event.id = r.id)
              AND NOT EXISTS(SELECT 1 FROM register
                WHERE register.kind = r.change_kind AND register.id = r.change_id AND register.state = r.state)
              AND (SELECT COUNT(*) FROM (SELECT 1 FROM webhook_delivery AS queued
                WHERE queued.webhook = webhook.id AND queued.state = 'waiting'
                LIMIT {WebhookRows.QueueMax}) AS queue) < {WebhookRows.QueueMax}
            ORDER BY r.place ON CONFLICT DO NOTHING;
            INSERT INTO webhook_event(id, owner, type, subject, state, link, part, at_us)
            SELECT r.id, r.owner, r.type, r.subject, r.state, r.link, r.part, CAST(@now AS bigint)
            FROM {rows}
            WHERE EXISTS(SELECT 1 FROM webhook_delivery WHERE webhook_delivery.event = r.id)
            ORDER BY r.place ON CONFLICT DO NOTHING;
            """);
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
}
