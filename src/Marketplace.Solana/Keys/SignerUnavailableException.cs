namespace Marketplace.Solana.Keys;

/// <summary>
/// The signer cannot sign now: its token is gone, slow or locked, or signing is switched off. Nothing was signed.
/// </summary>
public sealed class SignerUnavailableException : Exception
{
    public SignerUnavailableException(string message)
        : base(message)
    {
    }

    public SignerUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    public SignerUnavailableException()
    {
    }
}
