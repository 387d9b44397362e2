using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Marketplace.Domain.Verification;

/// <summary>
/// The hash chain over the records of one text, from its header on. A prefix of it goes out with every piece of text,
/// so that one that is cut off is bound too; the root over all leaves ends it.
/// </summary>
public sealed class LogitChain
{
    /// <summary>Bytes of the chain that go out with a piece of text.</summary>
    public const int PrefixBytes = 16;

    private readonly byte[] _header;
    private readonly List<byte[]> _leaves = [];
    private byte[] _head;

    /// <param name="header">The header's hash.</param>
    public LogitChain(byte[] header) => _header = _head = header;

    /// <summary>Records so far.</summary>
    public int Count => _leaves.Count;

    /// <summary>What goes out with the next piece of text.</summary>
    public ReadOnlyMemory<byte> Prefix => _head.AsMemory(0, PrefixBytes);

    /// <summary>
    /// Adds a record: its leaf is SHA-256(0 | header | place in 4 bytes, little-endian | record), and the chain goes
    /// on with SHA-256(chain | leaf).
    /// </summary>
    public void Add(ReadOnlySpan<byte> record)
    {
        Span<byte> place = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(place, _leaves.Count);
        var leaf = SHA256.HashData([0, .. _header, .. place, .. record]);
        _leaves.Add(leaf);
        _head = SHA256.HashData([.. _head, .. leaf]);
    }

    /// <summary>The Merkle root over all leaves; of no leaf, the header itself.</summary>
    public byte[] Root() => _leaves.Count == 0 ? _header : MerkleTree.Root(_leaves);
}
