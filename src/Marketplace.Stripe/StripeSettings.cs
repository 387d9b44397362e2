namespace Marketplace.Stripe;

/// <summary>How Stripe is reached.</summary>
/// <param name="ApiKey">A secret or restricted key: <c>sk_test_…</c>, <c>rk_live_…</c>.</param>
/// <param name="ApiBase">Address of the API; null for Stripe's own.</param>
/// <param name="CallTimeout">
/// How long one call may take. A call that takes longer may still have had its effect.
/// </param>
public sealed record StripeSettings(string ApiKey, string? ApiBase, TimeSpan CallTimeout)
{
    /// <summary>Whether the key moves real money.</summary>
    public bool IsLive => ApiKey.Contains("_live_", StringComparison.Ordinal);

    /// <summary>Whether a text can be a key of a server.</summary>
    public static bool IsKey(string text) =>
        (text.StartsWith("sk_", StringComparison.Ordinal) || text.StartsWith("rk_", StringComparison.Ordinal))
        && (text.Contains("_live_", StringComparison.Ordinal) || text.Contains("_test_", StringComparison.Ordinal));
}
