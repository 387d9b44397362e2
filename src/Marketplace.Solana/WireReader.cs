using System.Buffers.Binary;

namespace Marketplace.Solana;

/// <summary>Reads Solana's wire form and remembers the offset, so that an error can name it.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Offset { get; private set; }

    public readonly bool AtEnd => Offset == _bytes.Length;

    public readonly byte Peek() => AtEnd ? throw Short("one byte", 1) : _bytes[Offset];

    public byte Byte(string what) => Take(1, what)[0];

    public ushort U16(string what) => BinaryPrimitives.ReadUInt16LittleEndian(Take(2, what));

    public uint U32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, what));

    public ulong U64(string what) => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, what));

    public PublicKey Key(string what) => new(Take(PublicKey.Length, what));

    public Hash Hash(string what) => new(Take(Solana.Hash.Length, what));

    public Signature Signature(string what) => new(Take(Solana.Signature.Length, what));

    public byte[] Bytes(int count, string what) => Take(count, what).ToArray();

    /// <summary>Solana's compact-u16: 7 bits a byte, at most three bytes, no padding.</summary>
    public int ShortVec(string what)
    {
        var start = Offset;
        var value = 0;

        for (var index = 0; index < 3; index++)
        {
            var part = Byte(what);
            value |= (part & 0x7f) << (7 * index);

            if ((part & 0x80) == 0)
            {
                return (index > 0 && part == 0) || value > ushort.MaxValue
                    ? throw new MessageFormatException(start, $"{what}: a length that is not in its shortest form")
                    : value;
            }
        }

        throw new MessageFormatException(start, $"{what}: a length of more than three bytes");
    }

    public readonly void End(string what)
    {
        if (!AtEnd)
        {
            throw new MessageFormatException(Offset, $"{what}: {_bytes.Length - Offset} bytes too many");
        }
    }

    private ReadOnlySpan<byte> Take(int count, string what)
    {
        if (count > _bytes.Length - Offset)
        {
            throw Short(what, count);
        }

        var taken = _bytes.Slice(Offset, count);
        Offset += count;
        return taken;
    }

    private readonly MessageFormatException Short(string what, int count) =>
        new(Offset, $"{what}: {count} bytes wanted, {_bytes.Length - Offset} left");
}
