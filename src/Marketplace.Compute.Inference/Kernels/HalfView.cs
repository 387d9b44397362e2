using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Weights as F16 bits: decoded by integer operations, since not every device has halves.</summary>
internal readonly struct HalfView(ArrayView<ushort> weights) : IWeightView
{
    private const int SmallestNormal = 0x0400;
    private const float SubnormalStep = 5.9604644775390625e-8f;

    private readonly ArrayView<ushort> _weights = weights;

    public float At(long index) => Decode(_weights[index]);

    /// <summary>
    /// Exact for finite halves. Subnormals go through a multiplication: a device may flush such floats.
    /// </summary>
    public static float Decode(ushort half)
    {
        var magnitude = half & 0x7FFF;
        var normal = Interop.IntAsFloat((uint)((magnitude << 13) + 0x38000000));
        var value = magnitude < SmallestNormal ? magnitude * SubnormalStep : normal;

        return (half & 0x8000) != 0 ? -value : value;
    }
}
