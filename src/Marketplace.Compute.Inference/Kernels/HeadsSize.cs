namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Heads of queries, keys and values as one product gives them.</summary>
/// <param name="heads">Heads of queries.</param>
/// <param name="cache">Heads of keys and values.</param>
/// <param name="halves">1 where a pair is an element of each half of a head, 0 where it is two neighbours.</param>
/// <param name="hasBias">1 where biases are added.</param>
/// <param name="hasNorm">1 where every head of queries and keys is normed.</param>
/// <param name="epsilon">Of that norm.</param>
internal readonly struct HeadsSize(
    int heads, CacheSize cache, int halves, int hasBias, int hasNorm, float epsilon)
{
    public readonly int Heads = heads;
    public readonly CacheSize Cache = cache;
    public readonly int Halves = halves;
    public readonly int HasBias = hasBias;
    public readonly int HasNorm = hasNorm;
    public readonly float Epsilon = epsilon;

    public int QueryWidth => Heads * Cache.HeadSize;

    /// <summary>Elements of queries, keys and values of one token.</summary>
    public int Width => QueryWidth + (2 * Cache.Width);
}
