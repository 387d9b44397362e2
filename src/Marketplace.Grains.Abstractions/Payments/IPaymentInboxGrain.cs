namespace Marketplace.Grains.Abstractions.Payments;

/// <summary>Where the card processor's messages arrive; stateless worker, key 0.</summary>
[GrainInterfaceType("payment-inbox"), Alias("IPaymentInboxGrain")]
public interface IPaymentInboxGrain : IGrainWithIntegerKey
{
    /// <summary>Checks who signed it and stores it; what it means is looked into afterwards.</summary>
    /// <param name="body">The body as it came, byte for byte.</param>
    /// <param name="signature">The header <c>Stripe-Signature</c>.</param>
    /// <param name="cancel">Ends the wait; the outcome is unknown then, and a repeat is harmless.</param>
    [Alias("Take")]
    Task<InboxOutcome> Take(byte[] body, string signature, CancellationToken cancel = default);
}
