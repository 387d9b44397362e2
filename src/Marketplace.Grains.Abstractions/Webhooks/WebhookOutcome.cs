namespace Marketplace.Grains.Abstractions.Webhooks;

/// <summary>What became of a wish about a webhook.</summary>
[GenerateSerializer, Immutable, Alias("WebhookOutcome")]
public abstract record WebhookOutcome
{
    private WebhookOutcome()
    {
    }

    /// <summary>It stands.</summary>
    /// <param name="Webhook">As it is now.</param>
    /// <param name="Secret">Its secret, where this made it; null otherwise.</param>
    [GenerateSerializer, Immutable, Alias("WebhookOutcome.Stands")]
    public sealed record Stands([property: Id(0)] WebhookView Webhook, [property: Id(1)] string? Secret)
        : WebhookOutcome;

    /// <summary>The address is none that the platform sends to.</summary>
    [GenerateSerializer, Immutable, Alias("WebhookOutcome.BadUrl")]
    public sealed record BadUrl([property: Id(0)] string Why) : WebhookOutcome;

    /// <summary>It wants events of a provider, and the account is none.</summary>
    [GenerateSerializer, Immutable, Alias("WebhookOutcome.NoProvider")]
    public sealed record NoProvider([property: Id(0)] string Event) : WebhookOutcome;

    /// <summary>The account has as many as it may have.</summary>
    [GenerateSerializer, Immutable, Alias("WebhookOutcome.TooMany")]
    public sealed record TooMany([property: Id(0)] int Max) : WebhookOutcome;

    /// <summary>Its secret was changed a while ago, and the one before still holds.</summary>
    /// <param name="Until">So long; then it can be changed again.</param>
    [GenerateSerializer, Immutable, Alias("WebhookOutcome.Rotating")]
    public sealed record Rotating([property: Id(0)] DateTimeOffset Until) : WebhookOutcome;

    /// <summary>The id belongs to another wish.</summary>
    [GenerateSerializer, Immutable, Alias("WebhookOutcome.KeyTaken")]
    public sealed record KeyTaken : WebhookOutcome;
}
