namespace Marketplace.Domain.Payouts;

/// <summary>How often a provider is paid without asking.</summary>
[GenerateSerializer, Alias("PayoutCadence")]
public enum PayoutCadence
{
    /// <summary>Only when it asks.</summary>
    None,

    Daily,

    Weekly,
}
