using ILGPU;

namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// Cuts the elements of vectors into two halves each, x = scale (high + low): 22 bits of every element that is no
/// smaller than 2^-16 of its piece's largest, and no worse than 2^-38 of that largest for the others. One thread a
/// piece. After Ootomo and Yokota 2022, with a scale instead of a shift of the low half.
/// </summary>
internal static class SplitKernel
{
    /// <summary>
    /// Exponent, as a float stores it, below which a scale would be no normal float: such pieces keep less.
    /// </summary>
    private const int LeastExponent = 27;

    /// <summary>What the largest of a piece is brought to: far from overflow, its low half far from the end.</summary>
    private const int WantedExponent = 13;

    private const int Bias = 127;
    private const int FractionBits = 23;

    public static void Run(ArrayView<float> x, SplitVectors halves, int pieces) =>
        Piece(Grid.GlobalIndex.X, x, halves, pieces);

    /// <param name="thread">The piece, counted through all vectors.</param>
    /// <param name="x">Vectors with zeros up to whole pieces.</param>
    /// <param name="halves">Room for them.</param>
    /// <param name="pieces">Of all vectors.</param>
    public static void Piece(int thread, ArrayView<float> x, SplitVectors halves, int pieces)
    {
        if (thread >= pieces)
        {
            return;
        }

        var first = (long)thread * WeightTile.Piece;
        uint largest = 0;

        for (var at = 0; at < WeightTile.Piece; at++)
        {
            // Floats without a sign have the order of their bits; one that is no number is above all.
            var magnitude = Interop.FloatAsInt(x[first + at]) & 0x7FFFFFFF;
            largest = magnitude > largest ? magnitude : largest;
        }

        var exponent = (int)(largest >> FractionBits);
        exponent = exponent < LeastExponent ? LeastExponent : exponent;
        var up = Power(WantedExponent + Bias - exponent);

        for (var four = 0; four < WeightTile.Piece / WeightTile.Four; four++)
        {
            var at = first + (four * WeightTile.Four);
            var (a, b, c, d) = (x[at] * up, x[at + 1] * up, x[at + 2] * up, x[at + 3] * up);
            var high = Pairs(a, b, c, d);
            halves.Store(thread, four, new(high, Pairs(
                a - HalfView.Decode(high.First),
                b - HalfView.Decode(high.First >> 16),
                c - HalfView.Decode(high.Second),
                d - HalfView.Decode(high.Second >> 16))));
        }

        halves.Store(thread, Power(exponent - WantedExponent - Bias));
    }

    private static HalfPairs Pairs(float a, float b, float c, float d) =>
        new(HalfView.Encode(a) | (HalfView.Encode(b) << 16), HalfView.Encode(c) | (HalfView.Encode(d) << 16));

    /// <summary>2 to a power for which there is a normal float.</summary>
    private static float Power(int exponent) => Interop.IntAsFloat((uint)(exponent + Bias) << FractionBits);
}
