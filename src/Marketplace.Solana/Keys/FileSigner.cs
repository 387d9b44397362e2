namespace Marketplace.Solana.Keys;

/// <summary>
/// Signs with a key that was read from a file: development and tests, never a treasury with real money.
/// </summary>
public sealed class FileSigner(Keypair keypair) : ITransactionSigner, IDisposable
{
    public PublicKey PublicKey => keypair.PublicKey;

    public static FileSigner Load(string path) => new(Keypair.Load(path));

    public ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(keypair.Sign(message.Span));
    }

    public void Dispose() => keypair.Dispose();
}
