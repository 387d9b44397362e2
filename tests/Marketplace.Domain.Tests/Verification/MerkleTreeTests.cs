using CsCheck;
using Marketplace.Domain.Verification;

namespace Marketplace.Domain.Tests.Verification;

public sealed class MerkleTreeTests
{
    // Leaves and roots of the reference implementation of RFC 6962 (certificate-transparency, merkle_tree_test.cc).
    private static readonly byte[][] Known =
    [
        [],
        [0x00],
        [0x10],
        [0x20, 0x21],
        [0x30, 0x31],
        [0x40, 0x41, 0x42, 0x43],
        [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        [0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ];

    private static readonly Gen<(byte[][] Leaves, int Index)> Trees =
        from leaves in Gen.Byte.Array[0, 40].Array[1, 70]
        from index in Gen.Int[0, leaves.Length - 1]
        select (leaves, index);

    [Theory]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void Roots_are_those_of_the_reference(int leaves, string root) =>
        Assert.Equal(root, Convert.ToHexStringLower(MerkleTree.Root(Known[..leaves])));

    [Fact]
    public void Every_path_leads_to_the_root() => Trees.Sample(tree => Assert.Equal(
        MerkleTree.Root(tree.Leaves),
        MerkleTree.RootOf(
            tree.Leaves[tree.Index], tree.Index, tree.Leaves.Length, MerkleTree.Path(tree.Leaves, tree.Index))));

    [Fact]
    public void Another_leaf_or_a_path_of_another_length_does_not() => Trees.Sample(tree =>
    {
        var (size, path) = (tree.Leaves.Length, MerkleTree.Path(tree.Leaves, tree.Index));
        var root = MerkleTree.Root(tree.Leaves);

        Assert.NotEqual(root, MerkleTree.RootOf([.. tree.Leaves[tree.Index], 1], tree.Index, size, path));
        Assert.Null(MerkleTree.RootOf(tree.Leaves[tree.Index], tree.Index, size, [.. path, root]));
        Assert.Null(MerkleTree.RootOf(tree.Leaves[tree.Index], size, size, path));
        Assert.Null(MerkleTree.RootOf(tree.Leaves[tree.Index], -1, size, path));

        if (path.Count > 0)
        {
            Assert.Null(MerkleTree.RootOf(tree.Leaves[tree.Index], tree.Index, size, [.. path.Skip(1)]));
        }
    });
}
