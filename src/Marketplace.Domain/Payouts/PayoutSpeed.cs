namespace Marketplace.Domain.Payouts;

/// <summary>When a payout goes out.</summary>
[GenerateSerializer, Alias("PayoutSpeed")]
public enum PayoutSpeed
{
    /// <summary>With the next run, free of charge.</summary>
    Standard,

    /// <summary>At once, for a fee.</summary>
    Instant,
}
