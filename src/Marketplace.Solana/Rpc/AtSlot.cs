namespace Marketplace.Solana.Rpc;

/// <summary>An answer and the slot the node was at when it gave it.</summary>
public sealed record AtSlot<T>(ulong Slot, T Value);
