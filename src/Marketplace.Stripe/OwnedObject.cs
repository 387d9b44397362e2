namespace Marketplace.Stripe;

/// <summary>An object at Stripe that carries the name of a top-up.</summary>
/// <param name="TopUp">What its metadata says.</param>
/// <param name="Session">The page it is or came from, when known.</param>
/// <param name="PaymentIntent">The payment it belongs to, when known.</param>
public sealed record OwnedObject(string TopUp, string? Session, string? PaymentIntent);
