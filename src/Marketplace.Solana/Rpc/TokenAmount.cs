namespace Marketplace.Solana.Rpc;

/// <summary>A token balance in the mint's smallest unit.</summary>
public sealed record TokenAmount(ulong Amount, byte Decimals);
