namespace Marketplace.Solana.Programs;

/// <summary>
/// A durable nonce: its value stands in for a blockhash and never expires, but one transaction uses it up. 80 bytes.
/// </summary>
public sealed record NonceAccount(PublicKey Authority, Hash Value, ulong LamportsPerSignature)
{
    public const int Length = 80;

    /// <summary>Null for an account that is allocated and not yet initialized.</summary>
    public static NonceAccount? Decode(ReadOnlySpan<byte> data)
    {
        AccountData.Check(data, Length, "nonce account");
        var reader = new WireReader(data);
        var version = reader.U32("version");
        var state = reader.U32("state");

        if (version > 1 || state > 1)
        {
            throw new MessageFormatException(version > 1 ? 0 : 4, $"nonce version {version}, state {state}");
        }

        return state == 0
            ? null
            : new NonceAccount(reader.Key("authority"), reader.Hash("nonce"), reader.U64("fee"));
    }
}
