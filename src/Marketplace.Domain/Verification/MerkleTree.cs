using System.Numerics;
using System.Security.Cryptography;

namespace Marketplace.Domain.Verification;

/// <summary>
/// The Merkle tree of RFC 6962 section 2.1 over SHA-256: a leaf is hashed behind a zero byte and a node behind a one,
/// so that neither can stand for the other; the left part of a tree is the largest power of two below its size.
/// </summary>
public static class MerkleTree
{
    /// <summary>Most leaves of one tree.</summary>
    public const int LeavesMax = 1 << 16;

    /// <summary>The root over at least one leaf.</summary>
    public static byte[] Root(IReadOnlyList<byte[]> leaves)
    {
        Check(leaves.Count);
        return Root(leaves, 0, leaves.Count);
    }

    /// <summary>The hashes beside the way from a leaf to the root, from the leaf upwards.</summary>
    public static IReadOnlyList<byte[]> Path(IReadOnlyList<byte[]> leaves, int index)
    {
        Check(leaves.Count);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leaves.Count);

        var path = new List<byte[]>();
        var (from, count, at) = (0, leaves.Count, index);

        while (count > 1)
        {
            var left = Left(count);
            var goesLeft = at < left;
            path.Add(goesLeft ? Root(leaves, from + left, count - left) : Root(leaves, from, left));
            (from, count, at) = goesLeft ? (from, left, at) : (from + left, count - left, at - left);
        }

        path.Reverse();
        return path;
    }

    /// <summary>The root that a leaf leads to along its path; null when the path does not fit its place.</summary>
    public static byte[]? RootOf(byte[] leaf, long index, long size, IReadOnlyList<byte[]> path)
    {
        if (index < 0 || index >= size || size > LeavesMax)
        {
            return null;
        }

        // RFC 9162 section 2.1.3.2.
        var (at, last, hash) = (index, size - 1, Leaf(leaf));

        foreach (var beside in path)
        {
            if (last == 0)
            {
                return null;
            }

            if ((at & 1) == 1 || at == last)
            {
                hash = Node(beside, hash);

                while ((at & 1) == 0 && at != 0)
                {
                    (at, last) = (at >> 1, last >> 1);
                }
            }
            else
            {
                hash = Node(hash, beside);
            }

            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 ? hash : null;
    }

    private static void Check(int leaves)
    {
        ArgumentOutOfRangeException.ThrowIfZero(leaves);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(leaves, LeavesMax);
    }

    private static byte[] Root(IReadOnlyList<byte[]> leaves, int from, int count)
    {
        if (count == 1)
        {
            return Leaf(leaves[from]);
        }

        var left = Left(count);
        return Node(Root(leaves, from, left), Root(leaves, from + left, count - left));
    }

    private static int Left(int count) => 1 << BitOperations.Log2((uint)(count - 1));

    private static byte[] Leaf(byte[] data) => SHA256.HashData([0, .. data]);

    private static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);
}
