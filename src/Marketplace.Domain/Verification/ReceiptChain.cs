using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Domain.Verification;

/// <summary>The chain that ties every receipt to the one before it.</summary>
public static class ReceiptChain
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>SHA-256 of the previous hash, the place (8 bytes, little-endian) and the text in UTF-8.</summary>
    public static byte[] Next(byte[] previous, long sequence, string body) =>
        Next(previous, sequence, Encoding.UTF8.GetBytes(body));

    /// <summary>The same of a text in UTF-8.</summary>
    public static byte[] Next(byte[] previous, long sequence, ReadOnlySpan<byte> body)
    {
        var place = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(place, sequence);

        return SHA256.HashData([.. previous, .. place, .. body]);
    }
}
