namespace Marketplace.Ledger.Payouts;

/// <summary>The signed bytes of one try, stored before they are first sent and never changed.</summary>
/// <param name="Number">1 for the first; a replacement with the same nonce value gets the next number.</param>
/// <param name="Signature">Base58 signature, unique for ever.</param>
/// <param name="Wire">The whole signed transaction.</param>
/// <param name="GenesisHash">The chain it was signed for.</param>
/// <param name="NonceAccount">Durable nonce account; null on the blockhash fallback.</param>
/// <param name="NonceValue">The nonce used, or the blockhash on the fallback.</param>
/// <param name="LastValidBlockHeight">Set on the blockhash fallback only.</param>
public sealed record SignedAttempt(
    int Number,
    string Signature,
    byte[] Wire,
    string GenesisHash,
    string? NonceAccount,
    string NonceValue,
    long? LastValidBlockHeight)
{
    /// <summary>When it was stored; set when read.</summary>
    public DateTimeOffset SignedAt { get; init; }

    /// <summary>When it was first sent, or null; set when read.</summary>
    public DateTimeOffset? SentAt { get; init; }
}
