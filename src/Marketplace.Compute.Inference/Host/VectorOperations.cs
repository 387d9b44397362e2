using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// The operations of a layer on one vector each. Sums have one order whatever the length and place of the vector, so a
/// result is the same on every run.
/// </summary>
internal static unsafe class VectorOperations
{
    private const int Lanes = 16;

    /// <summary>
    /// y = x / rms(x) * weight; y may be x. Zhang and Sennrich 2019. The sum is in double precision: its rounding would
    /// go into every element of the vector, and through all layers that follow.
    /// </summary>
    public static void RmsNorm(float* x, float* weight, int length, float epsilon, float* y)
    {
        Vector512<double> squares = default;
        var at = 0;

        for (; at <= length - Lanes; at += Lanes)
        {
            var (lower, upper) = Vector512.Widen(Vector512.Load(x + at));
            squares += (lower * lower) + (upper * upper);
        }

        var sum = Vector512.Sum(squares);

        for (; at < length; at++)
        {
            sum += (double)x[at] * x[at];
        }

        var scale = (float)(1 / Math.Sqrt((sum / length) + epsilon));
        var row = new Span<float>(y, length);
        TensorPrimitives.Multiply(new ReadOnlySpan<float>(x, length), scale, row);
        TensorPrimitives.Multiply(row, new ReadOnlySpan<float>(weight, length), row);
    }

    /// <summary>
    /// Turns the pairs of every head by the position's angles. Su et al. 2021.
    /// </summary>
    /// <param name="x">Heads one after the other.</param>
    /// <param name="length">Elements of all heads.</param>
    /// <param name="cosine">Cosines of this position, one a pair of a head.</param>
    /// <param name="sine">Sines of this position.</param>
    /// <param name="pairs">Which elements are a pair.</param>
    public static void Rope(
        float* x, int length, ReadOnlySpan<float> cosine, ReadOnlySpan<float> sine, RopePairs pairs)
    {
        for (var head = x; head < x + length; head += 2 * cosine.Length)
        {
            var pair = pairs == RopePairs.Interleaved
                ? TurnNeighbours(head, cosine, sine)
                : TurnHalves(head, cosine, sine);
            var (step, gap) = pairs == RopePairs.Interleaved ? (2, 1) : (1, cosine.Length);

            for (; pair < cosine.Length; pair++)
            {
                var first = head + (step * pair);
                var second = first + gap;
                var (a, b) = (*first, *second);
                *first = (a * cosine[pair]) - (b * sine[pair]);
                *second = (a * sine[pair]) + (b * cosine[pair]);
            }
        }
    }

    /// <summary>Pairs (2j, 2j + 1), eight at once, with the bits of one by one; answers how many.</summary>
    private static int TurnNeighbours(float* head, ReadOnlySpan<float> cosine, ReadOnlySpan<float> sine)
    {
        var twice = Vector512.Create(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
        var swapped = Vector512.Create(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
        var signs = Vector512.Create(0x80000000UL).AsSingle();
        var pair = 0;

        for (; pair <= cosine.Length - (Lanes / 2); pair += Lanes / 2)
        {
            var c = Vector512.Shuffle(Vector256.Create(cosine[pair..]).ToVector512Unsafe(), twice);
            var s = Vector512.Shuffle(Vector256.Create(sine[pair..]).ToVector512Unsafe(), twice) ^ signs;
            var ab = Vector512.Load(head + (2 * pair));
            ((ab * c) + (Vector512.Shuffle(ab, swapped) * s)).Store(head + (2 * pair));
        }

        return pair;
    }

    /// <summary>Pairs (j, j + size / 2), sixteen at once, with the bits of one by one; answers how many.</summary>
    private static int TurnHalves(float* head, ReadOnlySpan<float> cosine, ReadOnlySpan<float> sine)
    {
        var pair = 0;

        for (; pair <= cosine.Length - Lanes; pair += Lanes)
        {
            var (c, s) = (Vector512.Create(cosine[pair..]), Vector512.Create(sine[pair..]));
            float* first = head + pair, second = first + cosine.Length;
            var (a, b) = (Vector512.Load(first), Vector512.Load(second));
            ((a * c) - (b * s)).Store(first);
            ((a * s) + (b * c)).Store(second);
        }

        return pair;
    }

    /// <summary>
    /// gate = silu(gate) * up. Shazeer 2020. The elements left over take the same vector code, so that a result does
    /// not depend on where a range was cut.
    /// </summary>
    public static void SwiGlu(float* gate, float* up, int length)
    {
        var at = 0;

        for (; at <= length - Lanes; at += Lanes)
        {
            SwiGlu(Vector512.Load(gate + at), Vector512.Load(up + at)).Store(gate + at);
        }

        if (at < length)
        {
            float* rest = stackalloc float[2 * Lanes];
            new Span<float>(rest, 2 * Lanes).Clear();
            new ReadOnlySpan<float>(gate + at, length - at).CopyTo(new Span<float>(rest, Lanes));
            new ReadOnlySpan<float>(up + at, length - at).CopyTo(new Span<float>(rest + Lanes, Lanes));
            SwiGlu(Vector512.Load(rest), Vector512.Load(rest + Lanes)).Store(rest);
            new ReadOnlySpan<float>(rest, length - at).CopyTo(new Span<float>(gate + at, length - at));
        }
    }

    private static Vector512<float> SwiGlu(Vector512<float> gate, Vector512<float> up) =>
        gate / (Vector512<float>.One + Vector512.Exp(-gate)) * up;

    /// <summary>Probabilities of x / divisor in place, the largest subtracted first.</summary>
    public static void SoftMax(float* x, int length, float divisor)
    {
        var span = new Span<float>(x, length);
        TensorPrimitives.Divide(span, divisor, span);
        TensorPrimitives.Subtract(span, TensorPrimitives.Max<float>(span), span);
        TensorPrimitives.Exp<float>(span, span);
        Vector512<float> sums = default;
        var at = 0;

        for (; at <= length - Lanes; at += Lanes)
        {
            sums += Vector512.Load(x + at);
        }

        var sum = Vector512.Sum(sums);

        for (; at < length; at++)
        {
            sum += x[at];
        }

        TensorPrimitives.Divide(span, sum, span);
    }

    /// <summary>x = x + y.</summary>
    public static void Add(float* x, float* y, int length)
    {
        var span = new Span<float>(x, length);
        TensorPrimitives.Add(span, new ReadOnlySpan<float>(y, length), span);
    }

    /// <summary>y += sum over rows of weight · row, rows in ascending order for every element.</summary>
    public static void Mix(float* weights, float* rows, int count, int length, float* y)
    {
        var at = 0;

        for (; at <= length - (4 * Lanes); at += 4 * Lanes)
        {
            var (a, b) = (Vector512.Load(y + at), Vector512.Load(y + at + Lanes));
            var (c, d) = (Vector512.Load(y + at + (2 * Lanes)), Vector512.Load(y + at + (3 * Lanes)));

            for (var row = 0; row < count; row++)
            {
                var from = rows + ((long)row * length) + at;
                var weight = Vector512.Create(weights[row]);
                a = Vector512.FusedMultiplyAdd(weight, Vector512.Load(from), a);
                b = Vector512.FusedMultiplyAdd(weight, Vector512.Load(from + Lanes), b);
                c = Vector512.FusedMultiplyAdd(weight, Vector512.Load(from + (2 * Lanes)), c);
                d = Vector512.FusedMultiplyAdd(weight, Vector512.Load(from + (3 * Lanes)), d);
            }

            a.Store(y + at);
            b.Store(y + at + Lanes);
            c.Store(y + at + (2 * Lanes));
            d.Store(y + at + (3 * Lanes));
        }

        for (; at <= length - 8; at += 8)
        {
            var sum = Vector256.Load(y + at);

            for (var row = 0; row < count; row++)
            {
                sum = Vector256.FusedMultiplyAdd(
                    Vector256.Create(weights[row]), Vector256.Load(rows + ((long)row * length) + at), sum);
            }

            sum.Store(y + at);
        }

        for (; at < length; at++)
        {
            var sum = y[at];

            for (var row = 0; row < count; row++)
            {
                sum = MathF.FusedMultiplyAdd(weights[row], rows[((long)row * length) + at], sum);
            }

            y[at] = sum;
        }
    }

    /// <summary>Copies a row of a matrix as floats.</summary>
    public static void Row(nint weights, TensorFormat format, int row, float* y, int length)
    {
        var bytes = RowFormat.RowBytes(format, length);
        RowFormat.Decode(
            format, new ReadOnlySpan<byte>((byte*)weights + (row * bytes), (int)bytes), new Span<float>(y, length));
    }
}
