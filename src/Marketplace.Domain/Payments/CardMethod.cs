namespace Marketplace.Domain.Payments;

/// <summary>How a customer pays by card.</summary>
public enum CardMethod
{
    /// <summary>On the card processor's page; we hand out its address.</summary>
    Checkout,

    /// <summary>In the customer's own page or program, with a client secret.</summary>
    PaymentIntent,
}
