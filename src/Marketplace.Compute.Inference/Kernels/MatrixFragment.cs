namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// A lane's part of sixteen rows times sixteen columns of weights, two halves a word; which they are,
/// <see cref="FragmentMap"/> says.
/// </summary>
internal readonly struct MatrixFragment(HalfPairs upper, HalfPairs lower)
{
    public readonly uint R0 = upper.First;
    public readonly uint R1 = lower.First;
    public readonly uint R2 = upper.Second;
    public readonly uint R3 = lower.Second;
}
