namespace Marketplace.Solana.Rpc;

/// <summary>What a node knows of a transaction. No status at all proves nothing.</summary>
public sealed record SignatureStatus(ulong Slot, Commitment Commitment, TransactionError? Error);
