using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Marketplace.Domain.Verification;

/// <summary>The leaves over the records of one text, each bound to the text's header and to its place.</summary>
/// <param name="header">The header's hash.</param>
public sealed class LogitLeaves(byte[] header)
{
    private readonly List<byte[]> _leaves = [];

    /// <summary>
    /// Adds a record: its leaf is SHA-256(0 | header | place in 4 bytes, little-endian | record).
    /// </summary>
    public void Add(ReadOnlySpan<byte> record)
    {
        Span<byte> place = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(place, _leaves.Count);
        _leaves.Add(SHA256.HashData([0, .. header, .. place, .. record]));
    }

    /// <summary>The Merkle root over all leaves; of no leaf, the header itself.</summary>
    public byte[] Root() => _leaves.Count == 0 ? header : MerkleTree.Root(_leaves);
}
