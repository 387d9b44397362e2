using ILGPU;

namespace Marketplace.Compute.Rendering.Tracing;

/// <summary>The rows of a light.</summary>
internal static class LightRows
{
    public const int Count = 4;

    /// <summary>Chance to keep it, alias as <see cref="WordOf"/>, kind, chance to be selected.</summary>
    public const int Head = 0;

    /// <summary>
    /// Triangle: its index in X as <see cref="WordOf"/>. Point and spot: position. Directional: the way its light goes.
    /// </summary>
    public const int Place = 1;

    /// <summary>Candela or lux by colour; range in W, zero if without end.</summary>
    public const int Power = 2;

    /// <summary>Spot: axis, and in W the cosine of the outer cone.</summary>
    public const int Cone = 3;

    public const int KindTriangle = 0;
    public const int KindPoint = 1;
    public const int KindSpot = 2;
    public const int KindDirectional = 3;

    /// <summary>An index by its bits: as a number it would be rounded from 2^24 on.</summary>
    public static float WordOf(int index) => Interop.IntAsFloat((uint)index);

    /// <summary>The index of <see cref="WordOf"/>.</summary>
    public static int IndexOf(float word) => (int)Interop.FloatAsInt(word);
}
