namespace Marketplace.Solana.Rpc;

/// <summary>How to send. The node never repeats a send for us: the owner of the bytes does.</summary>
public sealed record SendOptions
{
    /// <summary>With preflight a transaction that would fail is refused (-32002) and costs nothing.</summary>
    public bool SkipPreflight { get; init; }

    public Commitment PreflightCommitment { get; init; } = Commitment.Confirmed;

    public ulong? MinContextSlot { get; init; }
}
