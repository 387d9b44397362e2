using Marketplace.Domain.Providers;
using Marketplace.Domain.Webhooks;

namespace Marketplace.Grains.Abstractions.Webhooks;

/// <summary>A wish for a webhook.</summary>
/// <param name="Provider">The account's provider, whose events it may be told of; null without.</param>
/// <param name="Events">Of <see cref="EventTypes.All"/>, each once.</param>
[GenerateSerializer, Immutable, Alias("NewWebhook")]
public sealed record NewWebhook(
    [property: Id(0)] WebhookId Id,
    [property: Id(1)] string Url,
    [property: Id(2)] string Description,
    [property: Id(3)] IReadOnlyList<string> Events,
    [property: Id(4)] ProviderId? Provider);
