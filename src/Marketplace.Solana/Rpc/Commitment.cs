namespace Marketplace.Solana.Rpc;

/// <summary>How sure the chain is. Only <see cref="Finalized"/> moves money in our books.</summary>
public enum Commitment
{
    Processed,
    Confirmed,
    Finalized,
}
