using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Compute.Inference.Serving;

/// <summary>
/// Names the keys and values of a full block: SHA-256 over the block before it and its own tokens, down to the tenant
/// at the chain's begin. So equal keys mean equal tokens from position 0 on and the same tenant.
/// </summary>
internal readonly record struct BlockKey(UInt128 Upper, UInt128 Lower)
{
    private const int Bytes = 32;

    /// <summary>What the tenant's first blocks follow.</summary>
    public static BlockKey Root(string tenant) => Of(SHA256.HashData(Encoding.UTF8.GetBytes(tenant)));

    /// <summary>The block of these tokens after this one.</summary>
    public BlockKey Next(ReadOnlySpan<int> tokens)
    {
        Span<byte> link = stackalloc byte[Bytes + (tokens.Length * sizeof(int))];
        BinaryPrimitives.WriteUInt128LittleEndian(link, Upper);
        BinaryPrimitives.WriteUInt128LittleEndian(link[(Bytes / 2)..], Lower);
        MemoryMarshal.AsBytes(tokens).CopyTo(link[Bytes..]);
        return Of(SHA256.HashData(link));
    }

    private static BlockKey Of(ReadOnlySpan<byte> hash) => new(
        BinaryPrimitives.ReadUInt128LittleEndian(hash), BinaryPrimitives.ReadUInt128LittleEndian(hash[(Bytes / 2)..]));
}
