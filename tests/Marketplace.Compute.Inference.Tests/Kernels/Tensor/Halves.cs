namespace Marketplace.Compute.Inference.Tests.Kernels.Tensor;

/// <summary>Two halves in a word.</summary>
internal static class Halves
{
    public static float At(uint pair, int number) => (float)BitConverter.UInt16BitsToHalf((ushort)(pair >> (16 * number)));

    public static uint Bits(Half half) => BitConverter.HalfToUInt16Bits(half);
}
