using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payments;

/// <summary>Whether a balance may be refunded.</summary>
public abstract record UsdcRefundVerdict
{
    private UsdcRefundVerdict()
    {
    }

    public sealed record Granted : UsdcRefundVerdict;

    /// <summary>Below the minimum.</summary>
    public sealed record TooSmall(Usdc Minimum) : UsdcRefundVerdict;

    /// <summary>More than the customer's net USDC deposits.</summary>
    public sealed record AboveDeposits(Usdc Left) : UsdcRefundVerdict;

    /// <summary>The day's number is used up.</summary>
    public sealed record TooMany(int PerDay) : UsdcRefundVerdict;

    /// <summary>The day's amount is used up.</summary>
    public sealed record AboveDaily(Usdc Maximum, Usdc Left) : UsdcRefundVerdict;
}
