namespace Marketplace.Ledger.Verify;

/// <summary>Reads what the card processor says of our balance; an exception means that it cannot be read now.</summary>
public interface IStripeEvidence
{
    Task<StripeEvidence> Read(CancellationToken cancel = default);
}
