using Marketplace.Domain.Payouts;

namespace Marketplace.Ledger.Payouts;

/// <summary>
/// The right to work on a lane. Every write names it; one with an older fence is refused, so that of two workers that
/// both think they own the lane only the later one can sign.
/// </summary>
public sealed record LaneLease(string Lane, string NonceAccount, string Holder, long Fence, DateTimeOffset Until)
{
    /// <summary>The rail that the lane belongs to for ever.</summary>
    public RailName Rail { get; init; }

    /// <summary>The chain that the lane belongs to for ever; null until it was named.</summary>
    public string? Chain { get; init; }
}
