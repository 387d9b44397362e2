namespace Marketplace.Solana.Rpc;

/// <summary>
/// Which part of an address's history: older than <see cref="Before"/>, newer than <see cref="Until"/>, newest first.
/// </summary>
public sealed record SignaturePage
{
    public const int LimitMax = 1000;

    public Signature? Before { get; init; }

    public Signature? Until { get; init; }

    /// <summary>1 to 1,000.</summary>
    public int Limit { get; init; } = LimitMax;

    public Commitment Commitment { get; init; } = Commitment.Finalized;

    public ulong? MinContextSlot { get; init; }
}
