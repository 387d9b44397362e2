namespace Marketplace.Domain.Verification;

/// <summary>Whether an Ed25519 signature over a message was made by a key. Wrong lengths answer false.</summary>
public delegate bool SignatureCheck(byte[] publicKey, byte[] message, byte[] signature);
