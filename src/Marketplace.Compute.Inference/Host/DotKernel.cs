using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// Dot products of weight rows with activation vectors. Every (row, vector) pair has one 512-bit accumulator that runs over
/// the columns in order, then a fixed reduction: the result does not depend on how many rows or vectors are done together.
/// </summary>
internal static unsafe class DotKernel
{
    /// <summary>Rows done together.</summary>
    public const int RowsPerBlock = 4;

    /// <summary>Vectors done together.</summary>
    public const int VectorsPerBlock = 4;

    private const int Lanes = 16;

    /// <summary>2^112: moves a half's exponent, placed in a float's bits, to where it belongs.</summary>
    private const float HalfScale = 5.192296858534828e33f;

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
            var vector = 0;

            for (; vector + VectorsPerBlock <= vectors; vector += VectorsPerBlock)
            {
                Block4X4(weights, columns, row, x + ((long)vector * columns), y + ((long)vector * yStride) + row, yStride);
            }

            for (; vector < vectors; vector++)
            {
                Block4X1(weights, columns, row, x + ((long)vector * columns), y + ((long)vector * yStride) + row);
            }
        }

        for (; row < to; row++)
        {
            for (var vector = 0; vector < vectors; vector++)
            {
                y[((long)vector * yStride) + row] = One(weights, columns, row, x + ((long)vector * columns));
            }
        }
    }

    private static void Block4X4<TWeights>(TWeights weights, int columns, int row, float* x, float* y, int yStride)
        where TWeights : struct, IWeights
    {
        long r0 = (long)row * columns, r1 = r0 + columns, r2 = r1 + columns, r3 = r2 + columns;
        float* x1 = x + columns, x2 = x1 + columns, x3 = x2 + columns;
        Vector512<float> a00 = default, a01 = default, a02 = default, a03 = default;
        Vector512<float> a10 = default, a11 = default, a12 = default, a13 = default;
        Vector512<float> a20 = default, a21 = default, a22 = default, a23 = default;
        Vector512<float> a30 = default, a31 = default, a32 = default, a33 = default;
        var at = 0;

        for (; at <= columns - Lanes; at += Lanes)
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

        Store(weights, columns, at, r0, x, y, yStride, a00, a01, a02, a03);
        Store(weights, columns, at, r1, x, y + 1, yStride, a10, a11, a12, a13);
        Store(weights, columns, at, r2, x, y + 2, yStride, a20, a21, a22, a23);
        Store(weights, columns, at, r3, x, y + 3, yStride, a30, a31, a32, a33);
    }

    private static void Store<TWeights>(
        TWeights weights, int columns, int at, long row, float* x, float* y, int yStride,
        Vector512<float> a0, Vector512<float> a1, Vector512<float> a2, Vector512<float> a3)
        where TWeights : struct, IWeights
    {
        y[0] = Tail(weights, columns, at, row, x, Vector512.Sum(a0));
        y[yStride] = Tail(weights, columns, at, row, x + columns, Vector512.Sum(a1));
        y[2 * yStride] = Tail(weights, columns, at, row, x + (2 * columns), Vector512.Sum(a2));
        y[3 * yStride] = Tail(weights, columns, at, row, x + (3 * columns), Vector512.Sum(a3));
    }

    private static void Block4X1<TWeights>(TWeights weights, int columns, int row, float* x, float* y)
        where TWeights : struct, IWeights
    {
        long r0 = (long)row * columns, r1 = r0 + columns, r2 = r1 + columns, r3 = r2 + columns;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
        var at = 0;

        for (; at <= columns - Lanes; at += Lanes)
        {
            var v = Vector512.Load(x + at);
            a0 = Vector512.FusedMultiplyAdd(weights.Load(r0 + at), v, a0);
            a1 = Vector512.FusedMultiplyAdd(weights.Load(r1 + at), v, a1);
            a2 = Vector512.FusedMultiplyAdd(weights.Load(r2 + at), v, a2);
            a3 = Vector512.FusedMultiplyAdd(weights.Load(r3 + at), v, a3);
        }

        y[0] = Tail(weights, columns, at, r0, x, Vector512.Sum(a0));
        y[1] = Tail(weights, columns, at, r1, x, Vector512.Sum(a1));
        y[2] = Tail(weights, columns, at, r2, x, Vector512.Sum(a2));
        y[3] = Tail(weights, columns, at, r3, x, Vector512.Sum(a3));
    }

    private static float One<TWeights>(TWeights weights, int columns, int row, float* x)
        where TWeights : struct, IWeights
    {
        var first = (long)row * columns;
        Vector512<float> sum = default;
        var at = 0;

        for (; at <= columns - Lanes; at += Lanes)
        {
            sum = Vector512.FusedMultiplyAdd(weights.Load(first + at), Vector512.Load(x + at), sum);
        }

        return Tail(weights, columns, at, first, x, Vector512.Sum(sum));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Tail<TWeights>(TWeights weights, int columns, int at, long row, float* x, float sum)
        where TWeights : struct, IWeights
    {
        for (; at < columns; at++)
        {
            sum += weights.At(row + at) * x[at];
        }

        return sum;
    }

    private interface IWeights
    {
        Vector512<float> Load(long at);

        float At(long at);
    }

    private readonly struct SingleWeights(float* first) : IWeights
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Load(long at) => Vector512.Load(first + at);

        public float At(long at) => first[at];
    }

    private readonly struct HalfWeights(short* first) : IWeights
    {
        /// <summary>Sign and the other bits go to their places in a float, then one multiplication mends the exponent.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Load(long at)
        {
            var halves = Vector256.Load(first + at);
            var wide = Vector512.Create(Vector256.WidenLower(halves), Vector256.WidenUpper(halves));
            var bits = Vector512.ShiftLeft(wide, 13) & Vector512.Create(unchecked((int)0x8FFFE000));
            return bits.AsSingle() * HalfScale;
        }

        public float At(long at) => (float)BitConverter.Int16BitsToHalf(first[at]);
    }

    private readonly struct BrainWeights(ushort* first) : IWeights
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Load(long at)
        {
            var (lower, upper) = Vector256.Widen(Vector256.Load(first + at));
            return Vector512.ShiftLeft(Vector512.Create(lower, upper), 16).AsSingle();
        }

        public float At(long at) => BitConverter.UInt32BitsToSingle((uint)first[at] << 16);
    }

    private readonly struct EightBitWeights(byte* first) : IWeights
    {
        /// <summary>Half a block: 16 bytes times the block's scale. Rows are whole blocks, so no load crosses one.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Load(long at)
        {
            var block = first + (at / RowFormat.Q8Block * RowFormat.Q8BlockBytes);
            var bytes = Vector128.Load((sbyte*)block + 2 + (at % RowFormat.Q8Block));
            var (lower, upper) = Vector256.Widen(Vector256.Create(Vector128.WidenLower(bytes), Vector128.WidenUpper(bytes)));
            return Vector512.ConvertToSingle(Vector512.Create(lower, upper)) * (float)*(Half*)block;
        }

        public float At(long at)
        {
            var block = first + (at / RowFormat.Q8Block * RowFormat.Q8BlockBytes);
            return (float)*(Half*)block * (sbyte)block[2 + (at % RowFormat.Q8Block)];
        }
    }
}
