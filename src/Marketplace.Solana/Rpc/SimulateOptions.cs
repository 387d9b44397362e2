namespace Marketplace.Solana.Rpc;

/// <summary>How to simulate.</summary>
public sealed record SimulateOptions
{
    /// <summary>Check the signatures. Not together with <see cref="ReplaceRecentBlockhash"/>.</summary>
    public bool VerifySignatures { get; init; }

    /// <summary>Use a fresh blockhash instead of the message's own.</summary>
    public bool ReplaceRecentBlockhash { get; init; }

    public Commitment Commitment { get; init; } = Commitment.Confirmed;

    public ulong? MinContextSlot { get; init; }
}
