namespace Marketplace.Compute.Inference.Kernels;

/// <summary>The sizes of one call of attention: tokens appended after <c>Position</c> earlier ones.</summary>
internal readonly struct AttentionSize(int tokens, int position, int heads, int keyValueHeads, int headSize)
{
    public readonly int Tokens = tokens;
    public readonly int Position = position;
    public readonly int Heads = heads;
    public readonly int KeyValueHeads = keyValueHeads;
    public readonly int HeadSize = headSize;

    /// <summary>Positions that the last token sees; the stride of the scores.</summary>
    public int Seen => Position + Tokens;

    public int Width => Heads * HeadSize;

    public int KeyValueWidth => KeyValueHeads * HeadSize;

    /// <summary>First element of the keys and values that a head shares, within a position.</summary>
    public int SharedOffset(int head) => head / (Heads / KeyValueHeads) * HeadSize;
}
