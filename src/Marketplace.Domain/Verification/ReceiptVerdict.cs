namespace Marketplace.Domain.Verification;

/// <summary>What a check of a receipt's file found.</summary>
public abstract record ReceiptVerdict
{
    private ReceiptVerdict()
    {
    }

    /// <summary>Everything in the file holds.</summary>
    /// <param name="Epoch">The epoch it is in, or null while that is open.</param>
    /// <param name="Anchor">Where the file says the root is on chain: still to be looked up there.</param>
    public sealed record Holds(
        string Receipt,
        string Work,
        string Charge,
        long ResultsSigned,
        long ResultsUnsigned,
        EpochHead? Epoch,
        ReceiptProof.OnChain? Anchor) : ReceiptVerdict;

    /// <summary>Something does not.</summary>
    /// <param name="Field">Path of the member in the file.</param>
    /// <param name="Why">What is wrong with it.</param>
    public sealed record Broken(string Field, string Why) : ReceiptVerdict;
}
