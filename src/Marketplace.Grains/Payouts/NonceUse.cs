using Marketplace.Solana;

namespace Marketplace.Grains.Payouts;

/// <summary>A nonce account and the value a transaction uses up.</summary>
internal sealed record NonceUse(PublicKey Account, Hash Value);
