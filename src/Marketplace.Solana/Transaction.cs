namespace Marketplace.Solana;

/// <summary>A message and its signatures, in the order of the message's signers.</summary>
public sealed record Transaction(IReadOnlyList<Signature> Signatures, Message Message)
{
    /// <summary>What one network packet carries; longer transactions are refused by every node.</summary>
    public const int BytesMax = 1232;

    /// <summary>The first signature: the name under which the chain knows this transaction.</summary>
    public Signature Id => Signatures[0];

    /// <summary>Reads wire bytes.</summary>
    /// <exception cref="MessageFormatException">Not a transaction; names the offset.</exception>
    public static Transaction Decode(ReadOnlySpan<byte> wire)
    {
        var reader = new WireReader(wire);
        var signatures = new Signature[reader.ShortVec("signature count")];

        for (var index = 0; index < signatures.Length; index++)
        {
            signatures[index] = reader.Signature("signature");
        }

        var messageAt = reader.Offset;
        var message = Message.Read(ref reader);
        reader.End("transaction");

        return signatures.Length == message.RequiredSignatures
            ? new Transaction(signatures, message)
            : throw new MessageFormatException(
                messageAt, $"{signatures.Length} signatures where the message requires {message.RequiredSignatures}");
    }

    /// <summary>The wire bytes, without a size check: ask <see cref="BytesMax"/>.</summary>
    public byte[] Encode()
    {
        var writer = new WireWriter().ShortVec(Signatures.Count);

        foreach (var signature in Signatures)
        {
            writer.Raw(signature.Bytes);
        }

        return writer.Raw(Message.Encode()).ToArray();
    }
}
