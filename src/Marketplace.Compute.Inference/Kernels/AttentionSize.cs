namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// The sizes of attention of some tokens over the blocks of their sequences. Positions are cut by their number alone,
/// into blocks and spans of blocks, so a token's result does not depend on what else there is.
/// </summary>
/// <param name="first">The first token, of those in the plan.</param>
/// <param name="rows">Tokens.</param>
/// <param name="blocks">Blocks that the token sees which sees most; the stride of the weights.</param>
/// <param name="heads">Heads of queries.</param>
/// <param name="cache">Heads of keys and values.</param>
/// <param name="window">Positions that a token sees at most, itself among them.</param>
internal readonly struct AttentionSize(int first, int rows, int blocks, int heads, CacheSize cache, int window)
{
    /// <summary>Blocks of a span.</summary>
    public const int SpanBlocks = 16;

    public readonly int First = first;
    public readonly int Rows = rows;
    public readonly int Blocks = blocks;
    public readonly int Heads = heads;
    public readonly CacheSize Cache = cache;
    public readonly int Window = window;

    public int Spans => (Blocks + SpanBlocks - 1) / SpanBlocks;

    public int Width => Heads * Cache.HeadSize;

    /// <summary>Elements from one token's result to the next.</summary>
    public int Stride => WeightTile.StrideOf(Width);

    /// <summary>The first position that a token sees.</summary>
    public int Oldest(int position) => position < Window ? 0 : position + 1 - Window;

    /// <summary>The head of keys and values that a head of queries shares.</summary>
    public int Shared(int head) => head / (Heads / Cache.Heads);
}
