namespace Marketplace.Domain.Payments;

/// <summary>
/// What the processor says about one top-up now, read in one go. What an event tells is never believed: it only makes
/// somebody ask.
/// </summary>
/// <param name="Page">Its page, or null when there is none.</param>
/// <param name="Payment">The payment, or null before there is one.</param>
/// <param name="Refunds">All refunds of the payment.</param>
/// <param name="Disputes">All disputes of the payment.</param>
public sealed record CardFacts(
    PageFact? Page,
    PaymentFact? Payment,
    IReadOnlyList<RefundFact> Refunds,
    IReadOnlyList<DisputeFact> Disputes);
