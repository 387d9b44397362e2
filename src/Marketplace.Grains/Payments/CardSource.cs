using Marketplace.Domain.Ledger;
using Marketplace.Stripe;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payments;

/// <summary>Opens the configured card processor once.</summary>
internal sealed class CardSource : IDisposable
{
    public CardSource(IOptions<PaymentOptions> payments)
    {
        var options = payments.Value;

        if (options.IsConfigured)
        {
            Cards = new StripeCards(new(options.StripeApiKey!, options.StripeApiBase, options.CallTimeout));
        }

        Secrets = new WebhookSecrets([.. options.WebhookSecrets]);
        AdjustmentMax = options.AdjustmentMax;
    }

    /// <summary>Null where no cards are taken.</summary>
    public StripeCards? Cards { get; }

    public WebhookSecrets Secrets { get; }

    /// <summary>The largest adjustment that is booked as a cost without a person.</summary>
    public Cents AdjustmentMax { get; }

    public void Dispose() => Cards?.Dispose();
}
