namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// Small whole numbers as halves: 1024 + n has n in its lowest bits, and what is too much is taken off, exactly.
/// </summary>
internal static class ByteHalves
{
    private const uint Thousands = 0x64006400;

    /// <summary>Four bytes, each less an offset of at most 1024.</summary>
    public static HalfPairs Of<TUnit>(TUnit unit, uint bytes, uint offset)
        where TUnit : struct, IMatrixUnit
    {
        var less = Thousands | offset | (offset << 16);
        var (first, second) = (Pair(bytes), Pair(bytes >> 16));
        unit.Subtract(ref first, less);
        unit.Subtract(ref second, less);
        return new(first, second);
    }

    private static uint Pair(uint bytes) => Thousands | (bytes & 0xFF) | ((bytes & 0xFF00) << 8);
}
