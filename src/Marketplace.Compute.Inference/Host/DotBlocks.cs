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
        byte* p0 = weights.AddressOf(r0), p1 = weights.AddressOf(r0 + columns);
        byte* p2 = weights.AddressOf(r0 + (2L * columns)), p3 = weights.AddressOf(r0 + (3L * columns));
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
            var offset = weights.OffsetOf(at);
            weights.Prefetch(r0 + (DotKernel.RowsPerBlock * ((long)columns + at)));
            var w = weights.Load(p0 + offset, at);
            a00 = Vector512.FusedMultiplyAdd(w, v0, a00);
            a01 = Vector512.FusedMultiplyAdd(w, v1, a01);
            a02 = Vector512.FusedMultiplyAdd(w, v2, a02);
            a03 = Vector512.FusedMultiplyAdd(w, v3, a03);
            w = weights.Load(p1 + offset, at);
            a10 = Vector512.FusedMultiplyAdd(w, v0, a10);
            a11 = Vector512.FusedMultiplyAdd(w, v1, a11);
            a12 = Vector512.FusedMultiplyAdd(w, v2, a12);
            a13 = Vector512.FusedMultiplyAdd(w, v3, a13);
            w = weights.Load(p2 + offset, at);
            a20 = Vector512.FusedMultiplyAdd(w, v0, a20);
            a21 = Vector512.FusedMultiplyAdd(w, v1, a21);
            a22 = Vector512.FusedMultiplyAdd(w, v2, a22);
            a23 = Vector512.FusedMultiplyAdd(w, v3, a23);
            w = weights.Load(p3 + offset, at);
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

    /// <summary>Six rows with four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block6X4(float* rows, int columns, float* x, float* y, int yStride)
    {
        nint c1 = columns, c2 = c1 + c1, c3 = c2 + c1;
        var lower = rows + (3 * c1);
        Vector512<float> a00 = default, a01 = default, a02 = default, a03 = default;
        Vector512<float> a10 = default, a11 = default, a12 = default, a13 = default;
        Vector512<float> a20 = default, a21 = default, a22 = default, a23 = default;
        Vector512<float> a30 = default, a31 = default, a32 = default, a33 = default;
        Vector512<float> a40 = default, a41 = default, a42 = default, a43 = default;
        Vector512<float> a50 = default, a51 = default, a52 = default, a53 = default;

        for (var at = 0; at <= columns - Lanes; at += Lanes, rows += Lanes, lower += Lanes, x += Lanes)
        {
            var v0 = Vector512.Load(x);
            var v1 = Vector512.Load(x + c1);
            var v2 = Vector512.Load(x + c2);
            var v3 = Vector512.Load(x + c3);
            (a00, a01, a02, a03) = Plus(Vector512.Load(rows), v0, v1, v2, v3, a00, a01, a02, a03);
            (a10, a11, a12, a13) = Plus(Vector512.Load(rows + c1), v0, v1, v2, v3, a10, a11, a12, a13);
            (a20, a21, a22, a23) = Plus(Vector512.Load(rows + c2), v0, v1, v2, v3, a20, a21, a22, a23);
            (a30, a31, a32, a33) = Plus(Vector512.Load(lower), v0, v1, v2, v3, a30, a31, a32, a33);
            (a40, a41, a42, a43) = Plus(Vector512.Load(lower + c1), v0, v1, v2, v3, a40, a41, a42, a43);
            (a50, a51, a52, a53) = Plus(Vector512.Load(lower + c2), v0, v1, v2, v3, a50, a51, a52, a53);
        }

        LaneSums.Of(a00, a10, a20, a30).Store(y);
        LaneSums.Of(a01, a11, a21, a31).Store(y + yStride);
        LaneSums.Of(a02, a12, a22, a32).Store(y + (2L * yStride));
        LaneSums.Of(a03, a13, a23, a33).Store(y + (3L * yStride));
        StorePairs(LaneSums.Of(a40, a50, a41, a51), LaneSums.Of(a42, a52, a43, a53), y + 4, yStride);
    }

    /// <summary>Four rows with two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block4X2<TWeights>(TWeights weights, long r0, int columns, float* x, float* y, int yStride)
        where TWeights : struct, IWeights
    {
        byte* p0 = weights.AddressOf(r0), p1 = weights.AddressOf(r0 + columns);
        byte* p2 = weights.AddressOf(r0 + (2L * columns)), p3 = weights.AddressOf(r0 + (3L * columns));
        var x1 = x + columns;
        Vector512<float> a00 = default, a10 = default, a20 = default, a30 = default;
        Vector512<float> a01 = default, a11 = default, a21 = default, a31 = default;

        for (var at = 0; at <= columns - Lanes; at += Lanes)
        {
            var offset = weights.OffsetOf(at);
            weights.Prefetch(r0 + (DotKernel.RowsPerBlock * ((long)columns + at)));
            var v0 = Vector512.Load(x + at);
            var v1 = Vector512.Load(x1 + at);
            var w = weights.Load(p0 + offset, at);
            a00 = Vector512.FusedMultiplyAdd(w, v0, a00);
            a01 = Vector512.FusedMultiplyAdd(w, v1, a01);
            w = weights.Load(p1 + offset, at);
            a10 = Vector512.FusedMultiplyAdd(w, v0, a10);
            a11 = Vector512.FusedMultiplyAdd(w, v1, a11);
            w = weights.Load(p2 + offset, at);
            a20 = Vector512.FusedMultiplyAdd(w, v0, a20);
            a21 = Vector512.FusedMultiplyAdd(w, v1, a21);
            w = weights.Load(p3 + offset, at);
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
        byte* p0 = weights.AddressOf(r0), p1 = weights.AddressOf(r0 + columns);
        byte* p2 = weights.AddressOf(r0 + (2L * columns)), p3 = weights.AddressOf(r0 + (3L * columns));
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;

        for (var at = 0; at <= columns - Lanes; at += Lanes)
        {
            // The next four rows, while these are multiplied: rows are short, and the processor's own prefetch starts
            // anew on each.
            var offset = weights.OffsetOf(at);
            weights.Prefetch(r0 + (DotKernel.RowsPerBlock * ((long)columns + at)));
            var v = Vector512.Load(x + at);
            a0 = Vector512.FusedMultiplyAdd(weights.Load(p0 + offset, at), v, a0);
            a1 = Vector512.FusedMultiplyAdd(weights.Load(p1 + offset, at), v, a1);
            a2 = Vector512.FusedMultiplyAdd(weights.Load(p2 + offset, at), v, a2);
            a3 = Vector512.FusedMultiplyAdd(weights.Load(p3 + offset, at), v, a3);
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
        byte* p0 = weights.AddressOf(r0), p1 = weights.AddressOf(r0 + columns);
        nint c1 = columns, c2 = c1 + c1, c3 = c2 + c1;
        Vector512<float> a00 = default, a01 = default, a02 = default, a03 = default;
        Vector512<float> a04 = default, a05 = default, a06 = default, a07 = default;
        Vector512<float> a10 = default, a11 = default, a12 = default, a13 = default;
        Vector512<float> a14 = default, a15 = default, a16 = default, a17 = default;
        var upper = x + (4 * c1);

        for (var at = 0; at <= columns - Lanes; at += Lanes, x += Lanes, upper += Lanes)
        {
            var offset = weights.OffsetOf(at);
            weights.Prefetch(r0 + (2 * ((long)columns + at)));
            var w0 = weights.Load(p0 + offset, at);
            var w1 = weights.Load(p1 + offset, at);
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

    /// <summary>
    /// Three rows with eight vectors: as many sums as the registers hold, so that what is loaded and decoded for them
    /// is least.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block3X8<TWeights>(TWeights weights, long r0, int columns, float* x, float* y, int yStride)
        where TWeights : struct, IWeights
    {
        byte* p0 = weights.AddressOf(r0), p1 = weights.AddressOf(r0 + columns);
        var p2 = weights.AddressOf(r0 + (2L * columns));
        nint c1 = columns, c2 = c1 + c1, c3 = c2 + c1;
        Vector512<float> a00 = default, a01 = default, a02 = default, a03 = default, a04 = default, a05 = default;
        Vector512<float> a06 = default, a07 = default, a10 = default, a11 = default, a12 = default, a13 = default;
        Vector512<float> a14 = default, a15 = default, a16 = default, a17 = default, a20 = default, a21 = default;
        Vector512<float> a22 = default, a23 = default, a24 = default, a25 = default, a26 = default, a27 = default;
        var upper = x + (4 * c1);

        for (var at = 0; at <= columns - Lanes; at += Lanes, x += Lanes, upper += Lanes)
        {
            var offset = weights.OffsetOf(at);
            weights.Prefetch(r0 + (3 * ((long)columns + at)));
            var w0 = weights.Load(p0 + offset, at);
            var w1 = weights.Load(p1 + offset, at);
            var w2 = weights.Load(p2 + offset, at);
            (a00, a10, a20) = Plus(Vector512.Load(x), w0, w1, w2, a00, a10, a20);
            (a01, a11, a21) = Plus(Vector512.Load(x + c1), w0, w1, w2, a01, a11, a21);
            (a02, a12, a22) = Plus(Vector512.Load(x + c2), w0, w1, w2, a02, a12, a22);
            (a03, a13, a23) = Plus(Vector512.Load(x + c3), w0, w1, w2, a03, a13, a23);
            (a04, a14, a24) = Plus(Vector512.Load(upper), w0, w1, w2, a04, a14, a24);
            (a05, a15, a25) = Plus(Vector512.Load(upper + c1), w0, w1, w2, a05, a15, a25);
            (a06, a16, a26) = Plus(Vector512.Load(upper + c2), w0, w1, w2, a06, a16, a26);
            (a07, a17, a27) = Plus(Vector512.Load(upper + c3), w0, w1, w2, a07, a17, a27);
        }

        StoreEight(a00, a01, a02, a03, a04, a05, a06, a07, y, yStride);
        StoreEight(a10, a11, a12, a13, a14, a15, a16, a17, y + 1, yStride);
        StoreEight(a20, a21, a22, a23, a24, a25, a26, a27, y + 2, yStride);
    }

    /// <summary>One vector's products with three others, each added to its sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> A, Vector512<float> B, Vector512<float> C) Plus(
        Vector512<float> v,
        Vector512<float> w0,
        Vector512<float> w1,
        Vector512<float> w2,
        Vector512<float> a,
        Vector512<float> b,
        Vector512<float> c) => (
            Vector512.FusedMultiplyAdd(w0, v, a),
            Vector512.FusedMultiplyAdd(w1, v, b),
            Vector512.FusedMultiplyAdd(w2, v, c));

    /// <summary>The same with four others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> A, Vector512<float> B, Vector512<float> C, Vector512<float> D) Plus(
        Vector512<float> v,
        Vector512<float> w0,
        Vector512<float> w1,
        Vector512<float> w2,
        Vector512<float> w3,
        Vector512<float> a,
        Vector512<float> b,
        Vector512<float> c,
        Vector512<float> d) => (
            Vector512.FusedMultiplyAdd(w0, v, a),
            Vector512.FusedMultiplyAdd(w1, v, b),
            Vector512.FusedMultiplyAdd(w2, v, c),
            Vector512.FusedMultiplyAdd(w3, v, d));

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

    /// <summary>Two rows' sums of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePairs(Vector128<float> first, Vector128<float> second, float* y, int yStride)
    {
        first.GetLower().Store(y);
        first.GetUpper().Store(y + yStride);
        second.GetLower().Store(y + (2L * yStride));
        second.GetUpper().Store(y + (3L * yStride));
    }

    /// <summary>One row's sums of eight vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreEight(
        Vector512<float> a,
        Vector512<float> b,
        Vector512<float> c,
        Vector512<float> d,
        Vector512<float> e,
        Vector512<float> f,
        Vector512<float> g,
        Vector512<float> h,
        float* y,
        int yStride)
    {
        long s = yStride;
        var (lower, upper) = (LaneSums.Of(a, b, c, d), LaneSums.Of(e, f, g, h));
        (y[0], y[s], y[2 * s], y[3 * s]) = (lower[0], lower[1], lower[2], lower[3]);
        (y[4 * s], y[5 * s], y[6 * s], y[7 * s]) = (upper[0], upper[1], upper[2], upper[3]);
    }
}
