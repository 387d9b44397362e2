namespace Marketplace.Solana.Keys;

/// <summary>
/// The only way to the treasury's key: the policy reads the very bytes to be signed, then the inner signer signs them.
/// </summary>
/// <param name="inner">Holds the key.</param>
/// <param name="policy">What may be signed.</param>
/// <param name="killSwitch">Stops it; null where there is none.</param>
/// <param name="tables">Lookup tables of ours; null where none may be named.</param>
public sealed class GuardedSigner(
    ITransactionSigner inner, SigningPolicy policy, KillSwitch? killSwitch = null, ITableRecord? tables = null)
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

        var recorded = new List<RecordedTable>();

        foreach (var table in policy.TablesNamed(message.Span, permit))
        {
            if (tables is not null && await tables.FindAsync(table, cancellationToken) is { } known)
            {
                recorded.Add(known);
            }
        }

        policy.Check(message.Span, permit, recorded);
        killSwitch?.Check();
        var signature = await inner.SignAsync(message, cancellationToken);

        // A signer is another process or device: what it answered is checked before money moves on it.
        return Keypair.Verify(inner.PublicKey, message.Span, signature)
            ? signature
            : throw new SigningRefusedException("The signer's answer does not verify.");
    }
}
