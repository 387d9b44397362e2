using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// The hot loops of <see cref="DotKernel"/>: some rows with some vectors, over all whole groups of 16 columns. Each
/// (row, vector) pair has one accumulator, so all of them give the same bits.
/// </summary>
internal static unsafe class DotBlocks
{
    private const int Lanes = 16;

    /// <summary>Four rows with four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block4X4<TWeights>(TWeights weights, long r0, int columns, float* x, float* y, int yStride)
        where TWeights : struct, IWeights
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
            weights.Prefetch(r0 + (DotKernel.RowsPerBlock * ((long)columns + at)));
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

        var sums = LaneSums.OfQuarters(
            LaneSums.Quarters(a00, a01, a02, a03),
            LaneSums.Quarters(a10, a11, a12, a13),
            LaneSums.Quarters(a20, a21, a22, a23),
            LaneSums.Quarters(a30, a31, a32, a33));
        var (first, second) = (sums.GetLower(), sums.GetUpper());
        first.GetLower().Store(y);
        first.GetUpper().Store(y + yStride);
        second.GetLower().Store(y + (2L * yStride));
        second.GetUpper().Store(y + (3L * yStride));
    }

    /// <summary>Four rows with two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block4X2<TWeights>(TWeights weights, long r0, int columns, float* x, float* y, int yStride)
        where TWeights : struct, IWeights
    {
        long r1 = r0 + columns, r2 = r1 + columns, r3 = r2 + columns;
        var x1 = x + columns;
        Vector512<float> a00 = default, a10 = default, a20 = default, a30 = default;
        Vector512<float> a01 = default, a11 = default, a21 = default, a31 = default;

        for (var at = 0; at <= columns - Lanes; at += Lanes)
        {
            weights.Prefetch(r0 + (DotKernel.RowsPerBlock * ((long)columns + at)));
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

    /// <summary>Four rows with one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block4X1<TWeights>(TWeights weights, long r0, int columns, float* x, float* y)
        where TWeights : struct, IWeights
    {
        long r1 = r0 + columns, r2 = r1 + columns, r3 = r2 + columns;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;

        for (var at = 0; at <= columns - Lanes; at += Lanes)
        {
            // The next four rows, while these are multiplied: rows are short, and the processor's own prefetch starts
            // anew on each.
            weights.Prefetch(r0 + (DotKernel.RowsPerBlock * ((long)columns + at)));
            var v = Vector512.Load(x + at);
            a0 = Vector512.FusedMultiplyAdd(weights.Load(r0 + at), v, a0);
            a1 = Vector512.FusedMultiplyAdd(weights.Load(r1 + at), v, a1);
            a2 = Vector512.FusedMultiplyAdd(weights.Load(r2 + at), v, a2);
            a3 = Vector512.FusedMultiplyAdd(weights.Load(r3 + at), v, a3);
        }

        LaneSums.Of(a0, a1, a2, a3).Store(y);
    }

    /// <summary>Sixteen rows with one vector, for short rows: the lanes of all sums are added together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block16X1(float* rows, int columns, float* x, float* y)
    {
        nint c1 = columns, c2 = c1 + c1, c3 = c2 + c1, c4 = c2 + c2;
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default, a5 = default;
        Vector512<float> a6 = default, a7 = default, a8 = default, a9 = default, a10 = default, a11 = default;
        Vector512<float> a12 = default, a13 = default, a14 = default, a15 = default;

        for (var at = 0; at < columns; at += Lanes)
        {
            float* r0 = rows + at, r4 = r0 + c4, r8 = r4 + c4, r12 = r8 + c4;
            var v = Vector512.Load(x + at);
            a0 = Vector512.FusedMultiplyAdd(Vector512.Load(r0), v, a0);
            a1 = Vector512.FusedMultiplyAdd(Vector512.Load(r0 + c1), v, a1);
            a2 = Vector512.FusedMultiplyAdd(Vector512.Load(r0 + c2), v, a2);
            a3 = Vector512.FusedMultiplyAdd(Vector512.Load(r0 + c3), v, a3);
            a4 = Vector512.FusedMultiplyAdd(Vector512.Load(r4), v, a4);
            a5 = Vector512.FusedMultiplyAdd(Vector512.Load(r4 + c1), v, a5);
            a6 = Vector512.FusedMultiplyAdd(Vector512.Load(r4 + c2), v, a6);
            a7 = Vector512.FusedMultiplyAdd(Vector512.Load(r4 + c3), v, a7);
            a8 = Vector512.FusedMultiplyAdd(Vector512.Load(r8), v, a8);
            a9 = Vector512.FusedMultiplyAdd(Vector512.Load(r8 + c1), v, a9);
            a10 = Vector512.FusedMultiplyAdd(Vector512.Load(r8 + c2), v, a10);
            a11 = Vector512.FusedMultiplyAdd(Vector512.Load(r8 + c3), v, a11);
            a12 = Vector512.FusedMultiplyAdd(Vector512.Load(r12), v, a12);
            a13 = Vector512.FusedMultiplyAdd(Vector512.Load(r12 + c1), v, a13);
            a14 = Vector512.FusedMultiplyAdd(Vector512.Load(r12 + c2), v, a14);
            a15 = Vector512.FusedMultiplyAdd(Vector512.Load(r12 + c3), v, a15);
        }

        LaneSums.OfQuarters(
            LaneSums.Quarters(a0, a4, a8, a12),
            LaneSums.Quarters(a1, a5, a9, a13),
            LaneSums.Quarters(a2, a6, a10, a14),
            LaneSums.Quarters(a3, a7, a11, a15)).Store(y);
    }

    /// <summary>Two rows with eight vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block2X8<TWeights>(TWeights weights, long r0, int columns, float* x, float* y, int yStride)
        where TWeights : struct, IWeights
    {
        var r1 = r0 + columns;
        nint c1 = columns, c2 = c1 + c1, c3 = c2 + c1;
        Vector512<float> a00 = default, a01 = default, a02 = default, a03 = default;
        Vector512<float> a04 = default, a05 = default, a06 = default, a07 = default;
        Vector512<float> a10 = default, a11 = default, a12 = default, a13 = default;
        Vector512<float> a14 = default, a15 = default, a16 = default, a17 = default;
        var upper = x + (4 * c1);

        for (var at = 0; at <= columns - Lanes; at += Lanes, x += Lanes, upper += Lanes)
        {
            weights.Prefetch(r0 + (2 * ((long)columns + at)));
            var w0 = weights.Load(r0 + at);
            var w1 = weights.Load(r1 + at);
            var v = Vector512.Load(x);
            a00 = Vector512.FusedMultiplyAdd(w0, v, a00);
            a10 = Vector512.FusedMultiplyAdd(w1, v, a10);
            v = Vector512.Load(x + c1);
            a01 = Vector512.FusedMultiplyAdd(w0, v, a01);
            a11 = Vector512.FusedMultiplyAdd(w1, v, a11);
            v = Vector512.Load(x + c2);
            a02 = Vector512.FusedMultiplyAdd(w0, v, a02);
            a12 = Vector512.FusedMultiplyAdd(w1, v, a12);
            v = Vector512.Load(x + c3);
            a03 = Vector512.FusedMultiplyAdd(w0, v, a03);
            a13 = Vector512.FusedMultiplyAdd(w1, v, a13);
            v = Vector512.Load(upper);
            a04 = Vector512.FusedMultiplyAdd(w0, v, a04);
            a14 = Vector512.FusedMultiplyAdd(w1, v, a14);
            v = Vector512.Load(upper + c1);
            a05 = Vector512.FusedMultiplyAdd(w0, v, a05);
            a15 = Vector512.FusedMultiplyAdd(w1, v, a15);
            v = Vector512.Load(upper + c2);
            a06 = Vector512.FusedMultiplyAdd(w0, v, a06);
            a16 = Vector512.FusedMultiplyAdd(w1, v, a16);
            v = Vector512.Load(upper + c3);
            a07 = Vector512.FusedMultiplyAdd(w0, v, a07);
            a17 = Vector512.FusedMultiplyAdd(w1, v, a17);
        }

        var sums = LaneSums.OfQuarters(
            LaneSums.Quarters(a00, a01, a02, a03),
            LaneSums.Quarters(a10, a11, a12, a13),
            LaneSums.Quarters(a04, a05, a06, a07),
            LaneSums.Quarters(a14, a15, a16, a17));
        StoreTwice(sums.GetLower(), y, yStride);
        StoreTwice(sums.GetUpper(), y + (2L * yStride), yStride);
    }

    /// <summary>Two rows' sums of two vectors, each followed by those of the fourth vector after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreTwice(Vector256<float> sums, float* y, int yStride)
    {
        var (first, second) = (sums.GetLower(), sums.GetUpper());
        first.GetLower().Store(y);
        first.GetUpper().Store(y + (4L * yStride));
        second.GetLower().Store(y + yStride);
        second.GetUpper().Store(y + (5L * yStride));
    }
}
