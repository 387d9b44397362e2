using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.ModelFiles;

/// <summary>Where a tensor lies in its file.</summary>
/// <param name="Name">GGUF's, such as <c>blk.0.attn_q.weight</c>, whatever the file calls it.</param>
/// <param name="Format">How its elements are stored.</param>
/// <param name="Columns">Length of a row: the fastest dimension.</param>
/// <param name="Rows">Number of rows; 1 for a vector.</param>
/// <param name="Offset">First byte within the file.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Address">Of the first byte in mapped memory; valid until the model's files are closed.</param>
public sealed record StoredTensor(
    string Name, TensorFormat Format, long Columns, long Rows, long Offset, long Bytes, nint Address)
{
    public long Elements => Columns * Rows;

    /// <summary>The stored bytes of one row.</summary>
    internal unsafe ReadOnlySpan<byte> Row(long row)
    {
        var bytes = RowFormat.RowBytes(Format, Columns);
        return new((byte*)Address + (row * bytes), (int)bytes);
    }
}
