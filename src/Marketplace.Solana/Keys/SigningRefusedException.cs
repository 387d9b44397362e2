namespace Marketplace.Solana.Keys;

/// <summary>The bytes do something that the permit and the policy do not allow. Nothing was signed.</summary>
public sealed class SigningRefusedException : Exception
{
    public SigningRefusedException(string message)
        : base(message)
    {
    }

    public SigningRefusedException()
    {
    }

    public SigningRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
