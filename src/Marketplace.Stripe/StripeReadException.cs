namespace Marketplace.Stripe;

/// <summary>Stripe could not be read; nothing was changed by asking.</summary>
public sealed class StripeReadException(string message, bool isMissing, Exception inner) : Exception(message, inner)
{
    /// <summary>True when Stripe says that there is no such thing; else it did not answer.</summary>
    public bool IsMissing { get; } = isMissing;
}
