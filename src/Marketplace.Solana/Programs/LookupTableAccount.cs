namespace Marketplace.Solana.Programs;

/// <summary>A lookup table as the chain stores it.</summary>
/// <param name="DeactivatedAt">The slot in which it was ended, or null while it is not.</param>
/// <param name="LastExtendedAt">The slot in which addresses came last: in that slot they cannot be looked up.</param>
/// <param name="Authority">Who may extend and end it; null when nobody can any more.</param>
/// <param name="Addresses">In order.</param>
public sealed record LookupTableAccount(
    ulong? DeactivatedAt, ulong LastExtendedAt, PublicKey? Authority, IReadOnlyList<PublicKey> Addresses)
{
    /// <summary>Most addresses of one table: an index is one byte.</summary>
    public const int AddressesMax = 256;

    /// <summary>Bytes before the addresses.</summary>
    public const int HeaderLength = 56;

    private const uint IsTable = 1;

    /// <summary>Null for an account that is no table, or not initialized.</summary>
    /// <exception cref="MessageFormatException">Not whole keys behind the header.</exception>
    public static LookupTableAccount? Decode(ReadOnlySpan<byte> data)
    {
        if (data.Length < HeaderLength)
        {
            return null;
        }

        var reader = new WireReader(data);

        if (reader.U32("kind") != IsTable)
        {
            return null;
        }

        if ((data.Length - HeaderLength) % PublicKey.Length != 0)
        {
            throw new MessageFormatException(data.Length, "a lookup table is 56 bytes and then whole keys");
        }

        var deactivated = reader.U64("deactivation slot");
        var extended = reader.U64("last extended slot");
        reader.Byte("last extended start");
        var hasAuthority = reader.Byte("has authority");
        var authority = reader.Key("authority");
        var addresses = new PublicKey[(data.Length - HeaderLength) / PublicKey.Length];

        for (var index = 0; index < addresses.Length; index++)
        {
            addresses[index] = new(data.Slice(HeaderLength + (index * PublicKey.Length), PublicKey.Length));
        }

        return new LookupTableAccount(
            deactivated == ulong.MaxValue ? null : deactivated,
            extended,
            hasAuthority == 1 ? authority : null,
            addresses);
    }
}
