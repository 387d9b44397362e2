namespace Marketplace.Solana.Keys;

/// <summary>
/// The only way to the treasury's key: the policy reads the very bytes to be signed, then the inner signer signs them.
/// </summary>
public sealed class GuardedSigner(ITransactionSigner inner, SigningPolicy policy, KillSwitch? killSwitch = null)
{
    public PublicKey PublicKey => inner.PublicKey;

    public SigningPolicy Policy => policy;

    /// <summary>Signs, or says what is not allowed.</summary>
    /// <exception cref="SigningRefusedException">The bytes and the permit differ.</exception>
    /// <exception cref="SignerUnavailableException">The signer cannot sign now, or is switched off.</exception>
    public async ValueTask<Signature> SignAsync(
        ReadOnlyMemory<byte> message, SigningPermit permit, CancellationToken cancellationToken)
    {
        if (inner.PublicKey != policy.FeePayer)
        {
            throw new SigningRefusedException($"The policy is for {policy.FeePayer}, the key is {inner.PublicKey}.");
        }

        policy.Check(message.Span, permit);
        killSwitch?.Check();
        var signature = await inner.SignAsync(message, cancellationToken);

        // A signer is another process or device: what it answered is checked before money moves on it.
        return Keypair.Verify(inner.PublicKey, message.Span, signature)
            ? signature
            : throw new SigningRefusedException("The signer's answer does not verify.");
    }
}
