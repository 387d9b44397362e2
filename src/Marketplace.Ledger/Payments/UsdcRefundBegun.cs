using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;

namespace Marketplace.Ledger.Payments;

/// <summary>What became of a wish for a refund in USDC.</summary>
public abstract record UsdcRefundBegun
{
    private UsdcRefundBegun()
    {
    }

    /// <summary>Held and stored, now or by the same wish before.</summary>
    public sealed record Stands(UsdcRefund Refund) : UsdcRefundBegun;

    /// <summary>The id is taken by another content; nothing was written.</summary>
    public sealed record KeyTaken : UsdcRefundBegun;

    /// <summary>The rules refuse it; nothing was written.</summary>
    public sealed record Refused(UsdcRefundVerdict Why) : UsdcRefundBegun;

    /// <summary>The customer has less to spend; nothing was written.</summary>
    public sealed record NotEnough(Usdc Available) : UsdcRefundBegun;

    /// <summary>The deposit does not wait in suspense, or not with this amount; nothing was written.</summary>
    public sealed record NotWaiting : UsdcRefundBegun;
}
