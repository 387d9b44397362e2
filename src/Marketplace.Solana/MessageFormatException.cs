namespace Marketplace.Solana;

/// <summary>
/// Bytes that are no transaction, message or account. <see cref="Offset"/> says where reading stopped.
/// </summary>
public sealed class MessageFormatException : FormatException
{
    public MessageFormatException(int offset, string problem)
        : base($"at byte {offset}: {problem}") => Offset = offset;

    public MessageFormatException()
    {
    }

    public MessageFormatException(string message)
        : base(message)
    {
    }

    public MessageFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Zero-based offset of the offending byte.</summary>
    public int Offset { get; }
}
