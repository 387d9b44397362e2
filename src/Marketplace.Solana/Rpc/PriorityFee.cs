namespace Marketplace.Solana.Rpc;

/// <summary>The lowest priority fee that a recent slot took for the accounts asked about.</summary>
public sealed record PriorityFee(ulong Slot, ulong MicroLamportsPerUnit);
