namespace Marketplace.Agent.Renders;

/// <summary>A unit as it was traced.</summary>
/// <param name="Sums">The file of its sums.</param>
/// <param name="Leaves">The files of sums that it is made of, in order; of one leaf it is the same file.</param>
internal sealed record TracedUnit(byte[] Sums, IReadOnlyList<ReadOnlyMemory<byte>> Leaves)
{
    /// <summary>A unit of one leaf.</summary>
    public static TracedUnit OfOne(byte[] sums) => new(sums, [sums]);

    /// <summary>The leaves as they are shown, one behind the other.</summary>
    public byte[] Opened()
    {
        var all = new byte[Leaves.Sum(leaf => leaf.Length)];
        var at = 0;

        foreach (var leaf in Leaves)
        {
            leaf.CopyTo(all.AsMemory(at));
            at += leaf.Length;
        }

        return all;
    }
}
