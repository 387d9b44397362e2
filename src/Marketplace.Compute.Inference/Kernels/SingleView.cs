using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Weights as F32.</summary>
internal readonly struct SingleView(ArrayView<float> weights) : IWeightView
{
    private readonly ArrayView<float> _weights = weights;

    public float At(long index) => _weights[index];
}
