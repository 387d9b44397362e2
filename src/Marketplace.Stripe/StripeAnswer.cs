namespace Marketplace.Stripe;

/// <summary>What became of a call that changes something at Stripe.</summary>
public abstract record StripeAnswer<T>
{
    private StripeAnswer()
    {
    }

    /// <summary>It was done, now or by an earlier call with the same key.</summary>
    public sealed record Done(T Value) : StripeAnswer<T>;

    /// <summary>It was refused and has had no effect.</summary>
    /// <param name="Code">Stripe's code, such as <c>charge_already_refunded</c>.</param>
    /// <param name="Why">For people.</param>
    public sealed record Refused(string Code, string Why) : StripeAnswer<T>;

    /// <summary>
    /// The key was used before with other parameters: what that did is unknown, and this call did nothing.
    /// </summary>
    public sealed record KeyTaken(string Why) : StripeAnswer<T>;

    /// <summary>Nobody knows: ask again with the same key, or look for what it should have made.</summary>
    public sealed record Unknown(string Why) : StripeAnswer<T>;
}
