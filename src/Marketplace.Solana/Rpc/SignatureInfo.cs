namespace Marketplace.Solana.Rpc;

/// <summary>One transaction that names an address, newest first in a page.</summary>
public sealed record SignatureInfo(
    Signature Signature, ulong Slot, TransactionError? Error, string? Memo, DateTimeOffset? BlockTime);
