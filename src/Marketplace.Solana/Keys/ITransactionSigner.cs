namespace Marketplace.Solana.Keys;

/// <summary>Holds one private key and signs message bytes with it. It does not look at what it signs.</summary>
public interface ITransactionSigner
{
    PublicKey PublicKey { get; }

    /// <summary>Signs the bytes of <see cref="Message.Encode"/>.</summary>
    ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken);
}
