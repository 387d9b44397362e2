namespace Marketplace.Solana.Programs;

internal static class AccountData
{
    public static void Check(ReadOnlySpan<byte> data, int length, string what)
    {
        if (data.Length != length)
        {
            throw new MessageFormatException(
                Math.Min(data.Length, length), $"a {what} has {length} bytes, got {data.Length}");
        }
    }

    /// <summary>A 4-byte flag, then a key that means something only when the flag is 1.</summary>
    public static PublicKey? OptionalKey(ref WireReader reader, string what)
    {
        var offset = reader.Offset;
        var flag = reader.U32(what);
        var key = reader.Key(what);

        return flag switch
        {
            0 => null,
            1 => key,
            _ => throw new MessageFormatException(offset, $"{what}: flag {flag}, expected 0 or 1"),
        };
    }
}
