using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// Sums of 16 lanes, always in one order: halves, quarters, then (0 + 2) + (1 + 3). Four and sixteen vectors at once
/// give the same bits as one by one.
/// </summary>
internal static class LaneSums
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(Vector512<float> lanes)
    {
        var half = lanes.GetLower() + lanes.GetUpper();
        var quarter = half.GetLower() + half.GetUpper();
        return (quarter[0] + quarter[2]) + (quarter[1] + quarter[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Of(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        var quarters = Quarters(a, b, c, d);
        return OfQuarters(
            quarters.GetLower().GetLower(),
            quarters.GetLower().GetUpper(),
            quarters.GetUpper().GetLower(),
            quarters.GetUpper().GetUpper());
    }

    /// <summary>The four quarters of each of four vectors, added: a 128-bit part for each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Quarters(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        var (ab, cd) = (Halves(a, b), Halves(c, d));

        if (Avx512F.IsSupported)
        {
            return Avx512F.Shuffle4x128(ab, cd, 0b10_00_10_00) + Avx512F.Shuffle4x128(ab, cd, 0b11_01_11_01);
        }

        return Vector512.Create(
            Vector256.Create(
                ab.GetLower().GetLower() + ab.GetLower().GetUpper(),
                ab.GetUpper().GetLower() + ab.GetUpper().GetUpper()),
            Vector256.Create(
                cd.GetLower().GetLower() + cd.GetLower().GetUpper(),
                cd.GetUpper().GetLower() + cd.GetUpper().GetUpper()));
    }

    /// <summary>
    /// Sums of sixteen vectors from their added quarters: element 4i + j is the sum of part i of the quarters j.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> OfQuarters(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        if (Avx512F.IsSupported)
        {
            var ab = (Avx512F.UnpackLow(a, b) + Avx512F.UnpackHigh(a, b)).AsDouble();
            var cd = (Avx512F.UnpackLow(c, d) + Avx512F.UnpackHigh(c, d)).AsDouble();
            return Avx512F.UnpackLow(ab, cd).AsSingle() + Avx512F.UnpackHigh(ab, cd).AsSingle();
        }

        return Vector512.Create(
            OfQuarters(a.GetLower(), b.GetLower(), c.GetLower(), d.GetLower()),
            OfQuarters(a.GetUpper(), b.GetUpper(), c.GetUpper(), d.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> OfQuarters(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d) => Vector256.Create(
            OfQuarters(a.GetLower(), b.GetLower(), c.GetLower(), d.GetLower()),
            OfQuarters(a.GetUpper(), b.GetUpper(), c.GetUpper(), d.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> OfQuarters(
        Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    {
        if (!Sse.IsSupported)
        {
            return Vector128.Create(
                (a[0] + a[2]) + (a[1] + a[3]),
                (b[0] + b[2]) + (b[1] + b[3]),
                (c[0] + c[2]) + (c[1] + c[3]),
                (d[0] + d[2]) + (d[1] + d[3]));
        }

        var ab = Sse.UnpackLow(a, b) + Sse.UnpackHigh(a, b);
        var cd = Sse.UnpackLow(c, d) + Sse.UnpackHigh(c, d);
        return Sse.MoveLowToHigh(ab, cd) + Sse.MoveHighToLow(cd, ab);
    }

    /// <summary>The upper half of each of two vectors added to its lower.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Halves(Vector512<float> a, Vector512<float> b) => Avx512F.IsSupported
        ? Avx512F.Shuffle4x128(a, b, 0b01_00_01_00) + Avx512F.Shuffle4x128(a, b, 0b11_10_11_10)
        : Vector512.Create(a.GetLower() + a.GetUpper(), b.GetLower() + b.GetUpper());
}
