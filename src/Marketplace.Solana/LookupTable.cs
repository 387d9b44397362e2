namespace Marketplace.Solana;

/// <summary>An on-chain lookup table and the addresses in it, in order.</summary>
public sealed record LookupTable(PublicKey Address, IReadOnlyList<PublicKey> Addresses)
{
    private const int HeaderLength = 56;

    /// <summary>Reads the data of a lookup-table account.</summary>
    public static LookupTable Decode(PublicKey address, ReadOnlySpan<byte> data)
    {
        if (data.Length < HeaderLength || (data.Length - HeaderLength) % PublicKey.Length != 0)
        {
            throw new MessageFormatException(data.Length, "a lookup table is 56 bytes and then whole keys");
        }

        var addresses = new PublicKey[(data.Length - HeaderLength) / PublicKey.Length];

        for (var index = 0; index < addresses.Length; index++)
        {
            addresses[index] = new(data.Slice(HeaderLength + (index * PublicKey.Length), PublicKey.Length));
        }

        return new LookupTable(address, addresses);
    }
}
