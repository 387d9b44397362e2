using Marketplace.Solana;

namespace Marketplace.Grains.Payouts;

/// <summary>One recipient as the chain knows it now.</summary>
internal sealed record Payee(PublicKey Wallet, PublicKey TokenAccount, ulong Amount, bool OpensAccount);
