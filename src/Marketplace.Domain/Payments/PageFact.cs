namespace Marketplace.Domain.Payments;

/// <summary>The processor's page on which a customer pays.</summary>
/// <param name="Id">Such as <c>cs_…</c>.</param>
/// <param name="Url">Where it is, while it is open.</param>
/// <param name="PaymentIntent">The payment, once the customer has begun it.</param>
/// <param name="IsExpired">Nobody can pay there any more.</param>
public sealed record PageFact(string Id, string? Url, string? PaymentIntent, bool IsExpired);
