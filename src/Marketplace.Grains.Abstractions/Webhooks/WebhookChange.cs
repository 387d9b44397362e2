using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Abstractions.Webhooks;

/// <summary>What is to be changed of a webhook; null leaves a part as it is.</summary>
/// <param name="Provider">The account's provider, or null without.</param>
/// <param name="Enabled">Turns it on, also after the platform has turned it off, or off.</param>
[GenerateSerializer, Immutable, Alias("WebhookChange")]
public sealed record WebhookChange(
    [property: Id(0)] string? Url,
    [property: Id(1)] string? Description,
    [property: Id(2)] IReadOnlyList<string>? Events,
    [property: Id(3)] ProviderId? Provider,
    [property: Id(4)] bool? Enabled);
