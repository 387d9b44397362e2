namespace Marketplace.Solana.Rpc;

/// <summary>
/// At which commitment to read, and which slot the node must have reached at least: a node that lags answers -32016
/// instead of an old value.
/// </summary>
public readonly record struct ReadOptions(Commitment Commitment, ulong? MinContextSlot = null)
{
    public static ReadOptions Processed => new(Commitment.Processed);

    public static ReadOptions Confirmed => new(Commitment.Confirmed);

    public static ReadOptions Finalized => new(Commitment.Finalized);
}
