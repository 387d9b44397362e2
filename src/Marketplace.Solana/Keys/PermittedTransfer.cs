namespace Marketplace.Solana.Keys;

/// <summary>One wallet and the amount it is owed, in the mint's smallest unit.</summary>
public sealed record PermittedTransfer(PublicKey Wallet, ulong Amount);
