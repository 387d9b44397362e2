namespace Marketplace.Solana.Rpc;

/// <summary>One account as the chain stores it.</summary>
public sealed record AccountInfo(ulong Lamports, PublicKey Owner, ReadOnlyMemory<byte> Data, bool IsExecutable);
