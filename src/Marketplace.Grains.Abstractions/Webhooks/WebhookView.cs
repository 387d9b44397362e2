using Marketplace.Domain.Webhooks;

namespace Marketplace.Grains.Abstractions.Webhooks;

/// <summary>A webhook as its owner sees it.</summary>
/// <param name="State">enabled, paused by its owner, or disabled by the platform for the reason.</param>
/// <param name="OldSecretUntil">Until when messages are signed by the secret before as well, or null.</param>
/// <param name="FailingSince">Since when nothing has reached it, or null.</param>
/// <param name="QueueFullAt">When its queue was last seen full, so that events were left out; null when never.</param>
[GenerateSerializer, Immutable, Alias("WebhookView")]
public sealed record WebhookView(
    [property: Id(0)] WebhookId Id,
    [property: Id(1)] string Url,
    [property: Id(2)] string Description,
    [property: Id(3)] IReadOnlyList<string> Events,
    [property: Id(4)] string State,
    [property: Id(5)] string? Reason,
    [property: Id(6)] DateTimeOffset? OldSecretUntil,
    [property: Id(7)] DateTimeOffset? FailingSince,
    [property: Id(8)] DateTimeOffset? QueueFullAt,
    [property: Id(9)] DateTimeOffset CreatedAt)
{
    /// <summary>The state in which events are queued and sent.</summary>
    public const string Enabled = "enabled";
}
