namespace Marketplace.Compute.Inference.Tests.Kernels.Tensor;

/// <summary>How a unit adds exact products to a sum, which the PTX ISA leaves open.</summary>
internal delegate float MatrixAdder(double[] products, float sum);

internal static class MatrixAdders
{
    private const int Bits = 24;

    /// <summary>One rounding to nearest at the end.</summary>
    public static float Nearest(double[] products, float sum) => (float)(products.Sum() + sum);

    /// <summary>
    /// As coarse as any unit was found to be (Fasi, Higham, Mikaitis and Pranesh 2021): every term loses what lies below
    /// 24 bits of the largest, and so does the sum.
    /// </summary>
    public static float Truncating(double[] products, float sum)
    {
        var largest = products.Append(sum).Max(Math.Abs);

        if (largest == 0 || !double.IsFinite(largest))
        {
            return (float)(products.Sum() + sum);
        }

        var total = products.Append(sum).Sum(term => Truncate(term, largest));
        return total == 0 ? 0 : (float)Truncate(total, Math.Abs(total));
    }

    private static double Truncate(double value, double largest)
    {
        var unit = Math.ScaleB(1, Math.ILogB(largest) - Bits + 1);
        return Math.Truncate(value / unit) * unit;
    }
}
