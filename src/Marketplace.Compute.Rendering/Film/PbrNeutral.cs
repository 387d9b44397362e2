using Marketplace.Compute.Rendering.Numerics;

namespace Marketplace.Compute.Rendering.Film;

/// <summary>Khronos PBR Neutral tone mapper (KhronosGroup/ToneMapping, 2024).</summary>
internal static class PbrNeutral
{
    private const float Start = 0.8f - 0.04f;
    private const float Desaturation = 0.15f;

    public static Vec3 Map(Vec3 colour)
    {
        var low = Num.Min(colour.X, Num.Min(colour.Y, colour.Z));
        var offset = low < 0.08f ? low - (6.25f * low * low) : 0.04f;
        colour -= new Vec3(offset);
        var peak = colour.MaxComponent();

        if (peak < Start)
        {
            return colour;
        }

        const float rest = 1f - Start;
        var newPeak = 1f - (rest * rest / (peak + rest - Start));
        colour *= newPeak / peak;
        var grey = 1f - (1f / ((Desaturation * (peak - newPeak)) + 1f));

        return Num.Lerp(colour, new Vec3(newPeak), grey);
    }
}
