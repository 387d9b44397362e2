using Marketplace.Grains.Abstractions.Webhooks;

namespace Marketplace.Api.Webhooks;

/// <summary>A webhook.</summary>
/// <param name="Id" example="whk_01j9zk3v5q8r2t4w6y8a0b1c2d">Its id.</param>
/// <param name="Url" example="https://renders.example.com/hooks">Where events are sent.</param>
/// <param name="Events" example="[&quot;render.failed&quot;, &quot;render.succeeded&quot;]">What it is told of.</param>
/// <param name="Description" example="render farm">What it is for.</param>
/// <param name="State" example="enabled">
/// enabled; paused: turned off by the account; disabled: turned off by the platform.
/// </param>
/// <param name="Reason" example="it answered 410 Gone">Why the platform has turned it off, or null.</param>
/// <param name="OldSecretUntil" example="2026-01-06T12:00:00+00:00">
/// Until when messages are signed by the secret before as well, or null.
/// </param>
/// <param name="FailingSince" example="2026-01-05T12:00:00+00:00">
/// Since when nothing has reached it, or null. After some days of that it is disabled.
/// </param>
/// <param name="QueueFullAt" example="2026-01-05T12:00:00+00:00">
/// When its queue was last seen full: what happened then was not queued. Null when it never was.
/// </param>
/// <param name="CreatedAt" example="2026-01-05T12:00:00+00:00">When it was made.</param>
internal sealed record WebhookResponse(
    string Id,
    string Url,
    IReadOnlyList<string> Events,
    string Description,
    string State,
    string? Reason,
    DateTimeOffset? OldSecretUntil,
    DateTimeOffset? FailingSince,
    DateTimeOffset? QueueFullAt,
    DateTimeOffset CreatedAt)
{
    public static WebhookResponse From(WebhookView view) => new(
        view.Id.Value,
        view.Url,
        view.Events,
        view.Description,
        view.State,
        view.Reason,
        view.OldSecretUntil,
        view.FailingSince,
        view.QueueFullAt,
        view.CreatedAt);
}
