namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Four neighbouring elements of a vector, each the sum of two halves.</summary>
internal readonly struct SplitFour(HalfPairs high, HalfPairs low)
{
    public readonly uint HighFirst = high.First;
    public readonly uint HighSecond = high.Second;
    public readonly uint LowFirst = low.First;
    public readonly uint LowSecond = low.Second;
}
