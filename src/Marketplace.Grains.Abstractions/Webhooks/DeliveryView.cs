using Marketplace.Domain.Webhooks;

namespace Marketplace.Grains.Abstractions.Webhooks;

/// <summary>An event on its way to a webhook, as the webhook's owner sees it.</summary>
/// <param name="Event">Its id, in the header <c>webhook-id</c>.</param>
/// <param name="Body">What is sent, JSON.</param>
/// <param name="State">waiting, delivered or failed.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="ResponseCode">Status of the last answer, or null without one.</param>
/// <param name="Trouble">Why the last try failed, or null.</param>
/// <param name="NextAt">When it is tried next, while it waits.</param>
/// <param name="TriedAt">When it was last tried, or null.</param>
[GenerateSerializer, Immutable, Alias("DeliveryView")]
public sealed record DeliveryView(
    [property: Id(0)] EventId Event,
    [property: Id(1)] string Type,
    [property: Id(2)] string Body,
    [property: Id(3)] string State,
    [property: Id(4)] int Attempts,
    [property: Id(5)] int? ResponseCode,
    [property: Id(6)] string? Trouble,
    [property: Id(7)] DateTimeOffset? NextAt,
    [property: Id(8)] DateTimeOffset? TriedAt,
    [property: Id(9)] DateTimeOffset CreatedAt);
