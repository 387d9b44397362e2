namespace Marketplace.Stripe;

/// <summary>Where a customer comes back to from Stripe's page, and what is asked of the card.</summary>
/// <param name="Success">After paying.</param>
/// <param name="Cancel">After giving up.</param>
/// <param name="Life">How long the page can be paid on: 30 minutes to 24 hours.</param>
/// <param name="RequireThreeDSecure">Ask the bank to authenticate the card holder whenever it can.</param>
public sealed record CheckoutPages(string Success, string Cancel, TimeSpan Life, bool RequireThreeDSecure);
