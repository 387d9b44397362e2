using Marketplace.Grains.Abstractions.Webhooks;

namespace Marketplace.Api.Webhooks;

/// <summary>A webhook with its secret.</summary>
/// <param name="Webhook">The webhook.</param>
/// <param name="Secret" example="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=">
/// What its messages are signed with, shown this once; null when a repeat of the request answers.
/// </param>
internal sealed record IssuedWebhookResponse(WebhookResponse Webhook, string? Secret)
{
    public static IssuedWebhookResponse From(WebhookOutcome.Stands stands) =>
        new(WebhookResponse.From(stands.Webhook), stands.Secret);
}
