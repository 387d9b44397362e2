using System.Runtime.CompilerServices;

namespace Marketplace.Compute.Rendering.Numerics;

/// <summary>
/// Scalar functions whose results must not depend on the backend: comparisons instead of Min/Max (these differ with
/// NaN between devices) and own polynomials instead of library functions.
/// </summary>
internal static class Num
{
    public const float Pi = 3.14159265358979f;
    public const float TwoPi = 6.28318530717959f;
    public const float InversePi = 0.318309886183791f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Min(float a, float b) => a < b ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(float a, float b) => a > b ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Min(int a, int b) => a < b ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Max(int a, int b) => a > b ? a : b;

    /// <summary>NaN becomes <paramref name="low"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Clamp(float x, float low, float high) => x > low ? (x < high ? x : high) : low;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Abs(float x) => x < 0f ? -x : x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Lerp(float a, float b, float t) => a + ((b - a) * t);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 Lerp(Vec3 a, Vec3 b, float t) => a + ((b - a) * t);

    /// <summary>The largest whole number not above x, for |x| below 2^31.</summary>
    public static int Floor(float x)
    {
        var whole = (int)x;

        return whole > x ? whole - 1 : whole;
    }

    /// <summary>
    /// Sine and cosine of 2 pi <paramref name="turns"/>, for turns in [0, 1]. Minimax polynomials on an eighth of a
    /// turn; absolute error below 3e-7.
    /// </summary>
    public static void SinCosTurns(float turns, out float sine, out float cosine)
    {
        var octant = (int)((turns * 4f) + 0.5f);
        var x = (turns - (octant * 0.25f)) * TwoPi;
        var x2 = x * x;
        var s = x + (x * x2 * (-0.16666654611f + (x2 * (8.3321608736e-3f + (x2 * -1.9515295891e-4f)))));
        var c = 1f - (0.5f * x2)
            + (x2 * x2 * (4.166664568298827e-2f + (x2 * (-1.388731625493765e-3f + (x2 * 2.443315711809948e-5f)))));
        var quadrant = octant & 3;
        var swap = (quadrant & 1) != 0;
        sine = swap ? c : s;
        cosine = swap ? s : c;
        sine = (quadrant & 2) != 0 ? -sine : sine;
        cosine = quadrant == 1 || quadrant == 2 ? -cosine : cosine;
    }

    /// <summary>The angle of (x, y) in turns, in [0, 1). Zero for the zero vector. Absolute error below 2e-7.</summary>
    public static float Atan2Turns(float y, float x)
    {
        var ax = Abs(x);
        var ay = Abs(y);
        var big = Max(ax, ay);

        if (!(big > 0f))
        {
            return 0f;
        }

        // atan on [0, 1] folded to [0, tan(pi/8)]; Cephes atanf coefficients.
        var t = Min(ax, ay) / big;
        var fold = t > 0.4142135623730950f;
        var z = fold ? (t - 1f) / (t + 1f) : t;
        var z2 = z * z;
        var p = z + (z * z2 * (-3.33329491539e-1f + (z2 * (1.99777106478e-1f
            + (z2 * (-1.38776856032e-1f + (z2 * 8.05374449538e-2f)))))));
        var angle = (fold ? p + (Pi * 0.25f) : p) * (1f / TwoPi);
        angle = ay > ax ? 0.25f - angle : angle;
        angle = x < 0f ? 0.5f - angle : angle;
        angle = y < 0f ? 1f - angle : angle;

        return angle >= 1f ? 0f : angle;
    }

    /// <summary>
    /// e to the power of x; 0 below -87 and the power of 88 above it. Relative error below 3e-7 (Cephes expf).
    /// </summary>
    public static float Exp(float x)
    {
        if (!(x > -87f))
        {
            return 0f;
        }

        x = Min(x, 88f);
        var whole = Floor((x * 1.44269504088896f) + 0.5f);
        var r = x - (whole * 0.693359375f) + (whole * 2.12194440e-4f);
        var p = 1.9875691500e-4f;
        p = (p * r) + 1.3981999507e-3f;
        p = (p * r) + 8.3334519073e-3f;
        p = (p * r) + 4.1665795894e-2f;
        p = (p * r) + 1.6666665459e-1f;
        p = (p * r) + 5.0000001201e-1f;

        return ((p * r * r) + r + 1f) * PowerOfTwo(whole);
    }

    /// <summary>
    /// Natural logarithm of a number in [1e-38, 1]; others are clamped into it. Absolute error below 3e-7 of the
    /// larger of 1 and the result (Cephes logf).
    /// </summary>
    public static float LogOfFraction(float x)
    {
        x = Clamp(x, 1e-38f, 1f);
        var exponent = 0;

        // Binary search for the exponent; powers of two lose no digits.
        for (var step = 64; step > 0; step >>= 1)
        {
            var power = PowerOfTwo(step);

            if (x * power <= 1.41421356f)
            {
                x *= power;
                exponent -= step;
            }
        }

        var z = x - 1f;
        var p = 7.0376836292e-2f;
        p = (p * z) - 1.1514610310e-1f;
        p = (p * z) + 1.1676998740e-1f;
        p = (p * z) - 1.2420140846e-1f;
        p = (p * z) + 1.4249322787e-1f;
        p = (p * z) - 1.6668057665e-1f;
        p = (p * z) + 2.0000714765e-1f;
        p = (p * z) - 2.4999993993e-1f;
        p = (p * z) + 3.3333331174e-1f;

        return z - (0.5f * z * z) + (p * z * z * z) + (exponent * 0.693147180559945f);
    }

    /// <summary>For exponents in [-126, 127], by products that are exact on every device.</summary>
    private static float PowerOfTwo(int exponent)
    {
        var rest = exponent < 0 ? -exponent : exponent;
        var power = 1f;
        power *= (rest & 1) != 0 ? 2f : 1f;
        power *= (rest & 2) != 0 ? 4f : 1f;
        power *= (rest & 4) != 0 ? 16f : 1f;
        power *= (rest & 8) != 0 ? 256f : 1f;
        power *= (rest & 16) != 0 ? 65536f : 1f;
        power *= (rest & 32) != 0 ? 4294967296f : 1f;
        power *= (rest & 64) != 0 ? 18446744073709551616f : 1f;

        return exponent < 0 ? 1f / power : power;
    }
}
