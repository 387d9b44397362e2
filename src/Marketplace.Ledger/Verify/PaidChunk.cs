using Marketplace.Ledger.Payouts;

namespace Marketplace.Ledger.Verify;

/// <summary>One signed attempt of a chunk, and whom it pays.</summary>
internal sealed record PaidChunk(
    string Signature,
    string Chunk,
    ChunkState State,
    string? Landed,
    IReadOnlyList<string> Payouts,
    IReadOnlyDictionary<string, long> Wallets)
{
    /// <summary>True when this attempt is the one that paid.</summary>
    public bool IsPaid => State == ChunkState.Finalized && Landed == Signature;

    /// <summary>True while it may have landed and not be posted.</summary>
    public bool IsUnderWay => State is ChunkState.Signed or ChunkState.Sent or ChunkState.Landed;

    public bool Pays(IReadOnlyDictionary<string, long> wallets) => wallets.Count == Wallets.Count
        && wallets.All(pair => Wallets.TryGetValue(pair.Key, out var amount) && amount == pair.Value);
}
