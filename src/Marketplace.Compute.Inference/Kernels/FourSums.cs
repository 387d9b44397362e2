using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Four sums over every fourth column, and the order in which they are joined.</summary>
internal readonly struct FourSums(float a, float b, float c, float d)
{
    private readonly float _a = a;
    private readonly float _b = b;
    private readonly float _c = c;
    private readonly float _d = d;

    /// <summary>(a + b) + (c + d).</summary>
    public float Total => (_a + _b) + (_c + _d);

    /// <summary>With four weights times four neighbouring elements of x added.</summary>
    public FourSums Plus(FourWeights weights, ArrayView<float> x, long at) => new(
        _a + (weights.A * x[at]),
        _b + (weights.B * x[at + 1]),
        _c + (weights.C * x[at + 2]),
        _d + (weights.D * x[at + 3]));
}
