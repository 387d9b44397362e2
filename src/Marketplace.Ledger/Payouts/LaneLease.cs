namespace Marketplace.Ledger.Payouts;

/// <summary>
/// The right to work on a lane. Every write names it; one with an older fence is refused, so that of two workers that
/// both think they own the lane only the later one can sign.
/// </summary>
public sealed record LaneLease(string Lane, string NonceAccount, string Holder, long Fence, DateTimeOffset Until);
