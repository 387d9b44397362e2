using System.Numerics.Tensors;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Host;

/// <summary>The small operations of a Llama layer on one vector each.</summary>
internal static class HostOperations
{
    /// <summary>y = x / rms(x) * weight. Zhang and Sennrich 2019.</summary>
    public static void RmsNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, float epsilon, Span<float> y)
    {
        var scale = 1f / MathF.Sqrt((TensorPrimitives.SumOfSquares(x) / x.Length) + epsilon);
        TensorPrimitives.Multiply(x, scale, y);
        TensorPrimitives.Multiply(y, weight, y);
    }

    /// <summary>Turns neighbouring pairs of every head by the position's angles. Su et al. 2021, interleaved pairs.</summary>
    /// <param name="x">Heads one after the other.</param>
    /// <param name="headSize">Elements of a head.</param>
    /// <param name="cosine">Cosines of this position, headSize / 2.</param>
    /// <param name="sine">Sines of this position, headSize / 2.</param>
    public static void Rope(Span<float> x, int headSize, ReadOnlySpan<float> cosine, ReadOnlySpan<float> sine)
    {
        for (var head = 0; head < x.Length; head += headSize)
        {
            for (var pair = 0; pair < headSize / 2; pair++)
            {
                var at = head + (2 * pair);
                var (a, b) = (x[at], x[at + 1]);
                x[at] = (a * cosine[pair]) - (b * sine[pair]);
                x[at + 1] = (a * sine[pair]) + (b * cosine[pair]);
            }
        }
    }

    /// <summary>gate = silu(gate) * up. Shazeer 2020.</summary>
    public static void SwiGlu(Span<float> gate, ReadOnlySpan<float> up)
    {
        for (var at = 0; at < gate.Length; at++)
        {
            gate[at] = gate[at] / (1f + MathF.Exp(-gate[at])) * up[at];
        }
    }

    /// <summary>Probabilities in place, the largest subtracted first.</summary>
    public static void SoftMax(Span<float> x)
    {
        TensorPrimitives.Subtract(x, TensorPrimitives.Max(x), x);
        TensorPrimitives.Exp(x, x);
        TensorPrimitives.Divide(x, TensorPrimitives.Sum(x), x);
    }

    /// <summary>Copies a row of a matrix as floats.</summary>
    public static unsafe void Row(nint weights, TensorFormat format, int row, Span<float> y)
    {
        var bytes = RowFormat.RowBytes(format, y.Length);
        RowFormat.Decode(format, new ReadOnlySpan<byte>((byte*)weights + (row * bytes), (int)bytes), y);
    }
}
