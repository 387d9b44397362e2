using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// Dot products of weight rows with activation vectors. Every (row, vector) pair has one 512-bit accumulator that runs
/// over the columns in order, then a fixed reduction, then the columns left over: the result does not depend on how
/// many rows or vectors are done together. Hot loops stand in methods that call nothing while accumulators live, or the
/// compiler keeps those in memory.
/// </summary>
internal static unsafe class DotKernel
{
    /// <summary>Rows done together.</summary>
    public const int RowsPerBlock = 4;

    /// <summary>Vectors done together.</summary>
    public const int VectorsPerBlock = 4;

    private const int Lanes = 16;

    /// <summary>Decoded rows of this thread.</summary>
    [ThreadStatic]
    private static AlignedFloats? Scratch;

    /// <summary>y[v * yStride + r] = row r · vector v, for rows in [from, to).</summary>
    /// <param name="weights">First row of the matrix.</param>
    /// <param name="format">How its elements are stored.</param>
    /// <param name="columns">Elements of a row.</param>
    /// <param name="from">First row.</param>
    /// <param name="to">Behind the last row.</param>
    /// <param name="x">Vectors, one after the other, <paramref name="columns"/> elements each.</param>
    /// <param name="vectors">How many.</param>
    /// <param name="y">Results.</param>
    /// <param name="yStride">Elements between two vectors' results.</param>
    public static void Rows(
        byte* weights, TensorFormat format, int columns, int from, int to, float* x, int vectors, float* y, int yStride)
    {
        switch (format)
        {
            case TensorFormat.F32:
                Rows(new SingleWeights((float*)weights), columns, from, to, x, vectors, y, yStride);
                break;
            case TensorFormat.F16:
                Rows(new HalfWeights((short*)weights), columns, from, to, x, vectors, y, yStride);
                break;
            case TensorFormat.BF16:
                Rows(new BrainWeights((ushort*)weights), columns, from, to, x, vectors, y, yStride);
                break;
            case TensorFormat.Q8:
                Rows(new EightBitWeights(weights), columns, from, to, x, vectors, y, yStride);
                break;
            case TensorFormat.Q4:
                Rows(new FourBitWeights(weights), columns, from, to, x, vectors, y, yStride);
                break;
            case TensorFormat.Q4K:
                Rows(new FourBitSuperWeights(weights), columns, from, to, x, vectors, y, yStride);
                break;
            case TensorFormat.Q6K:
                Rows(new SixBitSuperWeights(weights), columns, from, to, x, vectors, y, yStride);
                break;
            default:
                throw new UnreachableException(format.ToString());
        }
    }

    private static void Rows<TWeights>(
        TWeights weights, int columns, int from, int to, float* x, int vectors, float* y, int yStride)
        where TWeights : struct, IWeights
    {
        var row = from;

        for (; row + RowsPerBlock <= to; row += RowsPerBlock)
        {
            var first = (long)row * columns;

            if (vectors < VectorsPerBlock)
            {
                Block(weights, first, columns, x, vectors, y + row, yStride);
            }
            else if (typeof(TWeights) == typeof(SingleWeights))
            {
                Panel((SingleWeights)(object)weights, first, columns, x, vectors, y + row, yStride);
            }
            else
            {
                // Decoded once for all vectors of the prompt.
                var panel = Decoded(weights, first, RowsPerBlock * columns);
                Panel(new SingleWeights(panel), 0, columns, x, vectors, y + row, yStride);
            }
        }

        for (; row < to; row++)
        {
            for (var vector = 0; vector < vectors; vector++)
            {
                One(
                    weights,
                    (long)row * columns,
                    columns,
                    x + ((long)vector * columns),
                    y + ((long)vector * yStride) + row);
            }
        }
    }

    /// <summary>Four rows with any number of vectors, four of these at a time.</summary>
    private static void Panel(
        SingleWeights weights, long first, int columns, float* x, int vectors, float* y, int yStride)
    {
        var vector = 0;

        for (; vector + VectorsPerBlock <= vectors; vector += VectorsPerBlock)
        {
            var (input, output) = ((nint)(x + ((long)vector * columns)), (nint)(y + ((long)vector * yStride)));
            Block4X4(weights, first, columns, (float*)input, (float*)output, yStride);

            if (columns % Lanes != 0)
            {
                Tails(weights, first, columns, (float*)input, VectorsPerBlock, (float*)output, yStride);
            }
        }

        Block(
            weights,
            first,
            columns,
            x + ((long)vector * columns),
            vectors - vector,
            y + ((long)vector * yStride),
            yStride);
    }

    /// <summary>Four rows with any number of vectors, two at a time.</summary>
    private static void Block<TWeights>(
        TWeights weights, long first, int columns, float* x, int vectors, float* y, int yStride)
        where TWeights : struct, IWeights
    {
        var vector = 0;

        for (; vector + 2 <= vectors; vector += 2)
        {
            Block4X2(weights, first, columns, x + ((long)vector * columns), y + ((long)vector * yStride), yStride);
        }

        if (vector < vectors)
        {
            Block4X1(weights, first, columns, x + ((long)vector * columns), y + ((long)vector * yStride));
        }

        if (columns % Lanes != 0)
        {
            Tails(weights, first, columns, x, vectors, y, yStride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block4X4(SingleWeights weights, long r0, int columns, float* x, float* y, int yStride)
    {
        long r1 = r0 + columns, r2 = r1 + columns, r3 = r2 + columns;
        float* x1 = x + columns, x2 = x1 + columns, x3 = x2 + columns;
        Vector512<float> a00 = default, a01 = default, a02 = default, a03 = default;
        Vector512<float> a10 = default, a11 = default, a12 = default, a13 = default;
        Vector512<float> a20 = default, a21 = default, a22 = default, a23 = default;
        Vector512<float> a30 = default, a31 = default, a32 = default, a33 = default;

        for (var at = 0; at <= columns - Lanes; at += Lanes)
        {
            var v0 = Vector512.Load(x + at);
            var v1 = Vector512.Load(x1 + at);
            var v2 = Vector512.Load(x2 + at);
            var v3 = Vector512.Load(x3 + at);
            var w = weights.Load(r0 + at);
            a00 = Vector512.FusedMultiplyAdd(w, v0, a00);
            a01 = Vector512.FusedMultiplyAdd(w, v1, a01);
            a02 = Vector512.FusedMultiplyAdd(w, v2, a02);
            a03 = Vector512.FusedMultiplyAdd(w, v3, a03);
            w = weights.Load(r1 + at);
            a10 = Vector512.FusedMultiplyAdd(w, v0, a10);
            a11 = Vector512.FusedMultiplyAdd(w, v1, a11);
            a12 = Vector512.FusedMultiplyAdd(w, v2, a12);
            a13 = Vector512.FusedMultiplyAdd(w, v3, a13);
            w = weights.Load(r2 + at);
            a20 = Vector512.FusedMultiplyAdd(w, v0, a20);
            a21 = Vector512.FusedMultiplyAdd(w, v1, a21);
            a22 = Vector512.FusedMultiplyAdd(w, v2, a22);
            a23 = Vector512.FusedMultiplyAdd(w, v3, a23);
            w = weights.Load(r3 + at);
            a30 = Vector512.FusedMultiplyAdd(w, v0, a30);
            a31 = Vector512.FusedMultiplyAdd(w, v1, a31);
            a32 = Vector512.FusedMultiplyAdd(w, v2, a32);
            a33 = Vector512.FusedMultiplyAdd(w, v3, a33);
        }

        LaneSums.Of(a00, a10, a20, a30).Store(y);
        LaneSums.Of(a01, a11, a21, a31).Store(y + yStride);
        LaneSums.Of(a02, a12, a22, a32).Store(y + (2L * yStride));
        LaneSums.Of(a03, a13, a23, a33).Store(y + (3L * yStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block4X2<TWeights>(TWeights weights, long r0, int columns, float* x, float* y, int yStride)
        where TWeights : struct, IWeights
    {
        long r1 = r0 + columns, r2 = r1 + columns, r3 = r2 + columns;
        var x1 = x + columns;
        Vector512<float> a00 = default, a10 = default, a20 = default, a30 = default;
        Vector512<float> a01 = default, a11 = default, a21 = default, a31 = default;

        for (var at = 0; at <= columns - Lanes; at += Lanes)
        {
            weights.Prefetch(r0 + (RowsPerBlock * ((long)columns + at)));
            var v0 = Vector512.Load(x + at);
            var v1 = Vector512.Load(x1 + at);
            var w = weights.Load(r0 + at);
            a00 = Vector512.FusedMultiplyAdd(w, v0, a00);
            a01 = Vector512.FusedMultiplyAdd(w, v1, a01);
            w = weights.Load(r1 + at);
            a10 = Vector512.FusedMultiplyAdd(w, v0, a10);
            a11 = Vector512.FusedMultiplyAdd(w, v1, a11);
            w = weights.Load(r2 + at);
            a20 = Vector512.FusedMultiplyAdd(w, v0, a20);
            a21 = Vector512.FusedMultiplyAdd(w, v1, a21);
            w = weights.Load(r3 + at);
            a30 = Vector512.FusedMultiplyAdd(w, v0, a30);
            a31 = Vector512.FusedMultiplyAdd(w, v1, a31);
        }

        LaneSums.Of(a00, a10, a20, a30).Store(y);
        LaneSums.Of(a01, a11, a21, a31).Store(y + yStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block4X1<TWeights>(TWeights weights, long r0, int columns, float* x, float* y)
        where TWeights : struct, IWeights
    {
        long r1 = r0 + columns, r2 = r1 + columns, r3 = r2 + columns;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;

        for (var at = 0; at <= columns - Lanes; at += Lanes)
        {
            // The next four rows, while these are multiplied: rows are short, and the processor's own prefetch starts
            // anew on each.
            weights.Prefetch(r0 + (RowsPerBlock * ((long)columns + at)));
            var v = Vector512.Load(x + at);
            a0 = Vector512.FusedMultiplyAdd(weights.Load(r0 + at), v, a0);
            a1 = Vector512.FusedMultiplyAdd(weights.Load(r1 + at), v, a1);
            a2 = Vector512.FusedMultiplyAdd(weights.Load(r2 + at), v, a2);
            a3 = Vector512.FusedMultiplyAdd(weights.Load(r3 + at), v, a3);
        }

        LaneSums.Of(a0, a1, a2, a3).Store(y);
    }

    private static void One<TWeights>(TWeights weights, long first, int columns, float* x, float* y)
        where TWeights : struct, IWeights
    {
        Vector512<float> sum = default;
        var at = 0;

        for (; at <= columns - Lanes; at += Lanes)
        {
            sum = Vector512.FusedMultiplyAdd(weights.Load(first + at), Vector512.Load(x + at), sum);
        }

        *y = LaneSums.Of(sum);
        *y = Tail(weights, at, columns, first, x, *y);
    }

    /// <summary>Adds the columns left over to the sums of four rows.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Tails<TWeights>(
        TWeights weights, long first, int columns, float* x, int vectors, float* y, int yStride)
        where TWeights : struct, IWeights
    {
        var at = columns / Lanes * Lanes;

        for (var vector = 0; vector < vectors; vector++)
        {
            for (var row = 0; row < RowsPerBlock; row++)
            {
                var sum = y + ((long)vector * yStride) + row;
                *sum = Tail(weights, at, columns, first + ((long)row * columns), x + ((long)vector * columns), *sum);
            }
        }
    }

    private static float Tail<TWeights>(TWeights weights, int at, int columns, long row, float* x, float sum)
        where TWeights : struct, IWeights
    {
        for (; at < columns; at++)
        {
            sum += weights.At(row + at) * x[at];
        }

        return sum;
    }

    private static float* Decoded<TWeights>(TWeights weights, long first, int count)
        where TWeights : struct, IWeights
    {
        if (Scratch is null || Scratch.Count < count)
        {
            Scratch?.Dispose();
            Scratch = new AlignedFloats(count);
        }

        var panel = Scratch.Pointer;

        if (typeof(TWeights) == typeof(EightBitWeights))
        {
            ((EightBitWeights)(object)weights).Decode(first, count, panel);
            return panel;
        }

        var at = 0;

        // Rows follow one another, so the four are one run of weights.
        for (; at <= count - Lanes; at += Lanes)
        {
            weights.Prefetch(first + count + at);
            weights.Load(first + at).Store(panel + at);
        }

        for (; at < count; at++)
        {
            panel[at] = weights.At(first + at);
        }

        return panel;
    }
}
