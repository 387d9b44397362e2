using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Weights as BF16 bits: the upper half of a float.</summary>
internal readonly struct BrainView(ArrayView<ushort> weights) : IWeightView
{
    private readonly ArrayView<ushort> _weights = weights;

    public float At(long index) => Interop.IntAsFloat((uint)_weights[index] << 16);
}
