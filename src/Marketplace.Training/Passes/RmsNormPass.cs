using System.Numerics.Tensors;

namespace Marketplace.Training.Passes;

/// <summary>y = x / rms(x) · w on every row. Zhang and Sennrich 2019.</summary>
internal static class RmsNormPass
{
    /// <param name="inverse">1 / rms of every row, for the way back.</param>
    public static void Forward(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weight, float epsilon, Span<float> inverse, Span<float> y)
    {
        var length = weight.Length;

        for (var row = 0; row < inverse.Length; row++)
        {
            var from = x.Slice(row * length, length);
            var to = y.Slice(row * length, length);
            inverse[row] = 1 / MathF.Sqrt((TensorPrimitives.SumOfSquares(from) / length) + epsilon);
            TensorPrimitives.Multiply(from, inverse[row], to);
            TensorPrimitives.Multiply(to, weight, to);
        }
    }

    /// <summary>Adds to <paramref name="dx"/> and <paramref name="dw"/>.</summary>
    public static void Backward(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> inverse, ReadOnlySpan<float> dy,
        Span<float> dx, Span<float> dw)
    {
        var length = weight.Length;
        var scaled = new float[length];

        for (var row = 0; row < inverse.Length; row++)
        {
            var from = x.Slice(row * length, length);
            var slope = dy.Slice(row * length, length);
            var to = dx.Slice(row * length, length);
            var scale = inverse[row];

            TensorPrimitives.Multiply(slope, from, scaled);
            TensorPrimitives.MultiplyAdd(scaled, scale, dw, dw);
            var mean = TensorPrimitives.Dot(scaled, weight) * scale * scale * scale / length;

            TensorPrimitives.Multiply(slope, weight, scaled);
            TensorPrimitives.MultiplyAdd(scaled, scale, to, to);
            TensorPrimitives.MultiplyAdd(from, -mean, to, to);
        }
    }
}
