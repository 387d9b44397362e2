using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// Keys and values as F32 in blocks of <see cref="BlockTable.Positions"/> positions, each with all layers: layer, keys
/// before values, shared head, position within the block, element. Blocks take memory when they are first written.
/// </summary>
internal sealed unsafe class KeyValueBlocks(LlamaShape shape, int count) : IDisposable
{
    private readonly AlignedFloats _memory = new(count * FloatsOf(shape));

    /// <summary>Floats from a block's to the next block's same place.</summary>
    public long Stride { get; } = FloatsOf(shape);

    private long Half { get; } = (long)BlockTable.Positions * shape.KeyValueDimension;

    /// <summary>Floats of one block.</summary>
    public static long FloatsOf(LlamaShape shape) =>
        2L * shape.Layers * BlockTable.Positions * shape.KeyValueDimension;

    /// <summary>The first block's keys of a layer.</summary>
    public float* Keys(int layer) => _memory.Pointer + (2 * layer * Half);

    /// <summary>The first block's values of a layer.</summary>
    public float* Values(int layer) => Keys(layer) + Half;

    public void Dispose() => _memory.Dispose();
}
