namespace Marketplace.Compute.Inference.Tests.Kernels;

/// <summary>The sizes of one call of attention: tokens appended after <c>Position</c> earlier ones.</summary>
internal readonly struct AttentionCase(
    int tokens, int position, int heads, int keyValueHeads, int headSize, int window = int.MaxValue)
{
    public readonly int Tokens = tokens;
    public readonly int Position = position;
    public readonly int Heads = heads;
    public readonly int KeyValueHeads = keyValueHeads;
    public readonly int HeadSize = headSize;

    /// <summary>Positions that a token sees at most, itself among them.</summary>
    public readonly int Window = window;

    /// <summary>Positions that the last token sees; the stride of the scores.</summary>
    public int Seen => Position + Tokens;

    /// <summary>The first position that an appended token sees.</summary>
    public int Oldest(int token)
    {
        var oldest = Position + token + 1 - Window;
        return oldest > 0 ? oldest : 0;
    }

    public int Width => Heads * HeadSize;

    public int KeyValueWidth => KeyValueHeads * HeadSize;

    /// <summary>First element of the keys and values that a head shares, within a position.</summary>
    public int SharedOffset(int head) => head / (Heads / KeyValueHeads) * HeadSize;
}
