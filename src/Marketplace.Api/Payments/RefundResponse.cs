using Marketplace.Domain.Payments;

namespace Marketplace.Api.Payments;

/// <summary>A refund to a card.</summary>
/// <param name="Id" example="ref_01j9zq8k3v7r2m5x4c6b8n0t1w">The refund.</param>
/// <param name="State" example="succeeded">requested, pending, failed, succeeded or returned.</param>
/// <param name="Amount" example="10.00">US dollars.</param>
/// <param name="Trouble">What keeps it, or why it failed.</param>
/// <param name="CreatedAt">When it was asked for.</param>
internal sealed record RefundResponse(
    CardRefundId Id, CardRefundState State, string Amount, string? Trouble, DateTimeOffset CreatedAt)
{
    public static RefundResponse From(CardRefund refund) =>
        new(refund.Id, refund.State, refund.Amount.ToString(), refund.Trouble, refund.CreatedAt);
}
