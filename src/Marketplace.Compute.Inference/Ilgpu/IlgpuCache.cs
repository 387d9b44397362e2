using ILGPU;
using Marketplace.Compute.Inference.Kernels;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>
/// Keys and values as F32 in device memory, by layer, since not every device gives out most of its memory as one piece.
/// </summary>
internal sealed class IlgpuCache
{
    private readonly ArrayView<float>[] _layers;

    public IlgpuCache(DeviceRoom room, LlamaShape shape, int blocks)
    {
        Size = new(shape.KeyValueHeads, shape.HeadSize);
        _layers = [.. Enumerable.Range(0, shape.Layers).Select(_ => room.Of<float>(blocks * Size.Stride))];
        Blocks = blocks;
    }

    public CacheSize Size { get; }

    /// <summary>Blocks of the cache.</summary>
    public int Blocks { get; }

    public ArrayView<float> Layer(int number) => _layers[number];
}
