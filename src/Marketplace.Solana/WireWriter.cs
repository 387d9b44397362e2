using System.Buffers;
using System.Buffers.Binary;

namespace Marketplace.Solana;

/// <summary>Writes Solana's wire form: little-endian integers and compact lengths.</summary>
internal sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> _out = new(256);

    public WireWriter Byte(byte value) => Raw([value]);

    public WireWriter U32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public WireWriter U64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Raw(bytes);
    }

    public WireWriter Key(PublicKey key) => Raw(key.Bytes);

    public WireWriter Raw(ReadOnlySpan<byte> bytes)
    {
        _out.Write(bytes);
        return this;
    }

    public WireWriter ShortVec(int value)
    {
        if (value is < 0 or > ushort.MaxValue)
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, "A compact length is 0 to 65535.");
        }

        for (; value > 0x7f; value >>= 7)
        {
            Byte((byte)((value & 0x7f) | 0x80));
        }

        return Byte((byte)value);
    }

    /// <summary>A compact length, then the bytes.</summary>
    public WireWriter Counted(ReadOnlySpan<byte> bytes) => ShortVec(bytes.Length).Raw(bytes);

    public byte[] ToArray() => _out.WrittenSpan.ToArray();
}
