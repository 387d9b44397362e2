namespace Marketplace.Compute.Inference.Gguf;

/// <summary>Where a tensor lies in its file.</summary>
/// <param name="Name">Such as <c>blk.0.attn_q.weight</c>.</param>
/// <param name="Format">How its elements are stored.</param>
/// <param name="Columns">Length of a row: the fastest dimension.</param>
/// <param name="Rows">Number of rows; 1 for a vector.</param>
/// <param name="Offset">First byte within the file.</param>
/// <param name="Bytes">Its length.</param>
public sealed record GgufTensor(string Name, TensorFormat Format, long Columns, long Rows, long Offset, long Bytes)
{
    public long Elements => Columns * Rows;
}
