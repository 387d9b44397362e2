namespace Marketplace.Domain.Compliance;

/// <summary>What somebody was screened for.</summary>
[GenerateSerializer, Alias("ScreenPurpose")]
public enum ScreenPurpose
{
    /// <summary>An account became a provider, or told who it is.</summary>
    Onboarding,

    /// <summary>A provider wants its money elsewhere.</summary>
    Wallet,

    Payout,

    /// <summary>A new edition of the list came out.</summary>
    Refresh,

    /// <summary>A customer wants USDC back.</summary>
    Refund,

    /// <summary>A deposit whose owner was never found goes back.</summary>
    SuspenseRefund,
}
