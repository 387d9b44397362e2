using Marketplace.Solana;

namespace Marketplace.Grains.Payouts;

/// <summary>
/// What ends a signed transaction: a nonce that is used up by something else, or a blockhash that gets too old.
/// </summary>
/// <param name="Nonce">The nonce account; null on the blockhash fallback.</param>
/// <param name="Value">The nonce's value, or the blockhash.</param>
/// <param name="LastValidHeight">The last block that may hold the transaction; null with a nonce.</param>
internal sealed record Lifetime(PublicKey? Nonce, Hash Value, ulong? LastValidHeight);
