namespace Marketplace.Compute.Inference.Kernels;

/// <summary>Four neighbouring numbers as F16 bits, the earlier one of a word below.</summary>
internal readonly struct HalfPairs(uint first, uint second)
{
    public readonly uint First = first;
    public readonly uint Second = second;
}
