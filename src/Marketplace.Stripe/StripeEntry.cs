namespace Marketplace.Stripe;

/// <summary>One line of Stripe's own account of our balance.</summary>
/// <param name="Id">Such as <c>txn_…</c>.</param>
/// <param name="Type">Such as <c>charge</c>, <c>refund</c>, <c>adjustment</c> or <c>payout</c>.</param>
/// <param name="Source">What it belongs to, such as <c>ch_…</c>; empty when nothing.</param>
/// <param name="Net">What it changes the balance by, in cents, its fee taken off.</param>
/// <param name="Currency">Lower case, such as <c>usd</c>.</param>
/// <param name="At">When it was made.</param>
public sealed record StripeEntry(
    string Id, string Type, string Source, long Net, string Currency, DateTimeOffset At);
