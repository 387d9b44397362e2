using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Domain.Verification;

/// <summary>
/// What a device binds itself to before it learns which leaves of a render unit are checked: the root of
/// <see cref="MerkleTree"/> over them. A leaf is the SHA-256 of the work's id behind its length and of the leaf's file
/// of sums, whose head names frame, seed, tile and samples: none can be handed in for another.
/// </summary>
public static class UnitCommitment
{
    /// <summary>Samples of each pixel that a leaf sums up: those that are always added in one go.</summary>
    public const int SamplesPerLeaf = 16;

    /// <summary>Leaves of a unit of so many samples a pixel.</summary>
    public static int LeafCount(int samples) => (samples + SamplesPerLeaf - 1) / SamplesPerLeaf;

    /// <summary>A leaf as it goes into the tree.</summary>
    /// <param name="work">The render's id.</param>
    /// <param name="sums">The leaf's file of sums.</param>
    public static byte[] Leaf(string work, ReadOnlySpan<byte> sums)
    {
        var name = Encoding.UTF8.GetBytes(work);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, name.Length);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(length);
        hash.AppendData(name);
        hash.AppendData(sums);
        return hash.GetHashAndReset();
    }

    /// <summary>The root over the leaves of a unit, in order.</summary>
    /// <param name="work">The render's id.</param>
    /// <param name="leaves">Each leaf's file of sums.</param>
    public static byte[] Root(string work, IEnumerable<ReadOnlyMemory<byte>> leaves) =>
        MerkleTree.Root([.. leaves.Select(leaf => Leaf(work, leaf.Span))]);

    /// <summary>
    /// Which leaves are checked: drawn after the commitment, all different, the same for whoever knows secret and root.
    /// </summary>
    /// <param name="secret">Committed to before the epoch and told after it.</param>
    /// <param name="root">What the device has committed to.</param>
    /// <param name="leaves">Leaves under the root, from 1.</param>
    /// <param name="wanted">Leaves to draw; all where there are no more.</param>
    /// <returns>Their places, ascending.</returns>
    public static IReadOnlyList<int> Draw(byte[] secret, byte[] root, int leaves, int wanted) =>
        [.. DrawInOrder(secret, root, leaves, wanted).Order()];

    /// <summary>
    /// The same places in the order in which they were drawn: where a leaf tells nothing, the next one takes its place.
    /// </summary>
    /// <param name="secret">Committed to before the epoch and told after it.</param>
    /// <param name="root">What the device has committed to.</param>
    /// <param name="leaves">Leaves under the root, from 1.</param>
    /// <param name="wanted">Leaves to draw; all where there are no more.</param>
    public static IReadOnlyList<int> DrawInOrder(byte[] secret, byte[] root, int leaves, int wanted)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(leaves, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(leaves, MerkleTree.LeavesMax);
        ArgumentOutOfRangeException.ThrowIfNegative(wanted);
        var places = Enumerable.Range(0, leaves).ToArray();
        var drawn = Math.Min(wanted, leaves);

        // Fisher and Yates, as far as it is needed. A 64-bit word is uneven over so few places by less than 2^-47.
        for (var at = 0; at < drawn; at++)
        {
            var other = at + (int)(Word(secret, root, at) % (ulong)(leaves - at));
            (places[at], places[other]) = (places[other], places[at]);
        }

        return places[..drawn];
    }

    private static ulong Word(byte[] secret, byte[] root, int number)
    {
        Span<byte> counter = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(counter, number);
        byte[] message = [.. root, .. counter];

        return BinaryPrimitives.ReadUInt64BigEndian(HMACSHA256.HashData(secret, message));
    }
}
