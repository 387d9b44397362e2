using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Marketplace.Compute.Inference.Host;

/// <summary>
/// Sums of 16 lanes, always in one order: halves, quarters, then (0 + 2) + (1 + 3). Four vectors at once give the same
/// bits as one by one.
/// </summary>
internal static class LaneSums
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(Vector512<float> lanes)
    {
        var quarter = Quarter(lanes);
        return (quarter[0] + quarter[2]) + (quarter[1] + quarter[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Of(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        if (!Sse.IsSupported)
        {
            return Vector128.Create(Of(a), Of(b), Of(c), Of(d));
        }

        var (qa, qb, qc, qd) = (Quarter(a), Quarter(b), Quarter(c), Quarter(d));
        var ab = Sse.UnpackLow(qa, qb) + Sse.UnpackHigh(qa, qb);
        var cd = Sse.UnpackLow(qc, qd) + Sse.UnpackHigh(qc, qd);
        return Sse.MoveLowToHigh(ab, cd) + Sse.MoveHighToLow(cd, ab);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Quarter(Vector512<float> lanes)
    {
        var half = lanes.GetLower() + lanes.GetUpper();
        return half.GetLower() + half.GetUpper();
    }
}
