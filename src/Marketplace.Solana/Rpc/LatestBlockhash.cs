namespace Marketplace.Solana.Rpc;

/// <summary>A blockhash and the last block height at which it is still accepted.</summary>
public sealed record LatestBlockhash(Hash Blockhash, ulong LastValidBlockHeight);
