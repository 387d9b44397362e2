namespace Marketplace.Compute.Inference.Host;

/// <summary>A token that attends: its sequence's blocks and its position.</summary>
internal readonly unsafe struct AttentionRow(int* blocks, int position)
{
    public int* Blocks => blocks;

    public int Position => position;
}
