namespace Marketplace.StripeSim;

/// <summary>Stripe's test cards that this double knows.</summary>
public static class TestCards
{
    public const string Visa = "4242424242424242";
    public const string Declined = "4000000000000002";
    public const string ThreeDSecure = "4000002500003155";

    /// <summary>Pays, and is disputed at once.</summary>
    public const string Disputed = "4000000000000259";
}
