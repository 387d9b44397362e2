namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// Walker's alias method (Vose 1991): draws an index by weight with two random numbers and no search.
/// </summary>
internal sealed class AliasTable
{
    private AliasTable(float[] keep, int[] alias, float[] chance)
    {
        Keep = keep;
        Alias = alias;
        Chance = chance;
    }

    /// <summary>The chance to keep an index drawn uniformly.</summary>
    public float[] Keep { get; }

    /// <summary>What is taken instead.</summary>
    public int[] Alias { get; }

    /// <summary>The chance that an index is drawn in the end.</summary>
    public float[] Chance { get; }

    /// <summary>Weights must be finite and not negative; if all are zero the draw is uniform.</summary>
    public static AliasTable Of(ReadOnlySpan<float> weights)
    {
        var count = weights.Length;
        var total = 0.0;

        foreach (var weight in weights)
        {
            total += weight;
        }

        var keep = new float[count];
        var alias = new int[count];
        var chance = new float[count];
        var scaled = new double[count];
        var small = new Stack<int>();
        var large = new Stack<int>();

        for (var i = 0; i < count; i++)
        {
            var share = total > 0.0 ? weights[i] / total : 1.0 / count;
            chance[i] = (float)share;
            scaled[i] = share * count;
            alias[i] = i;
            keep[i] = 1f;
            (scaled[i] < 1.0 ? small : large).Push(i);
        }

        while (small.Count > 0 && large.Count > 0)
        {
            var poor = small.Pop();
            var rich = large.Pop();
            keep[poor] = (float)scaled[poor];
            alias[poor] = rich;
            scaled[rich] -= 1.0 - scaled[poor];
            (scaled[rich] < 1.0 ? small : large).Push(rich);
        }

        return new AliasTable(keep, alias, chance);
    }
}
