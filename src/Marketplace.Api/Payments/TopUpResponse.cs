using Marketplace.Domain.Payments;

namespace Marketplace.Api.Payments;

/// <summary>A top-up by card.</summary>
/// <param name="Id" example="top_01j9zq8k3v7r2m5x4c6b8n0t1w">The top-up.</param>
/// <param name="State" example="open">opening, open, failed, expired or paid.</param>
/// <param name="Amount" example="25.00">US dollars to pay.</param>
/// <param name="Method" example="checkout">checkout or paymentIntent.</param>
/// <param name="CheckoutUrl">Where to pay, for checkout.</param>
/// <param name="ClientSecret">What your own page pays with, for paymentIntent.</param>
/// <param name="PaymentIntent" example="pi_3PqX2e">The processor's payment, once there is one.</param>
/// <param name="Received" example="25.00">US dollars that came in and were credited.</param>
/// <param name="Refundable" example="25.00">What of it may still be refunded.</param>
/// <param name="Refunds">Refunds of it, oldest first.</param>
/// <param name="Disputes">Disputes of it, oldest first.</param>
/// <param name="Trouble">What keeps it, or null.</param>
/// <param name="CreatedAt">When it was begun.</param>
/// <param name="PaidAt">When it was credited.</param>
internal sealed record TopUpResponse(
    TopUpId Id,
    TopUpState State,
    string Amount,
    CardMethod Method,
    string? CheckoutUrl,
    string? ClientSecret,
    string? PaymentIntent,
    string Received,
    string Refundable,
    IReadOnlyList<RefundResponse> Refunds,
    IReadOnlyList<DisputeResponse> Disputes,
    string? Trouble,
    DateTimeOffset CreatedAt,
    DateTimeOffset? PaidAt)
{
    public static TopUpResponse From(TopUp topUp) => new(
        topUp.Id,
        topUp.State,
        topUp.Asked.ToString(),
        topUp.Method,
        topUp.State == TopUpState.Open ? topUp.Url : null,
        topUp.State == TopUpState.Open ? topUp.ClientSecret : null,
        topUp.PaymentIntent,
        topUp.Received.ToString(),
        topUp.Refundable.ToString(),
        [.. topUp.Refunds.Select(RefundResponse.From)],
        [.. topUp.Disputes.Select(DisputeResponse.From)],
        topUp.Trouble,
        topUp.CreatedAt,
        topUp.PaidAt);
}
