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

    public static float Min(float a, float b) => a < b ? a : b;

    public static float Max(float a, float b) => a > b ? a : b;

    public static int Min(int a, int b) => a < b ? a : b;

    public static int Max(int a, int b) => a > b ? a : b;

    /// <summary>NaN becomes <paramref name="low"/>.</summary>
    public static float Clamp(float x, float low, float high) => x > low ? (x < high ? x : high) : low;

    public static float Abs(float x) => x < 0f ? -x : x;

    public static float Lerp(float a, float b, float t) => a + ((b - a) * t);

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
}
