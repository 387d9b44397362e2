using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Film;

/// <summary>
/// Auxiliary outputs of a tile: what its pixels show, apart from the light. Pixels count row by row within the tile.
/// </summary>
public sealed class AovTile
{
    /// <summary>More samples say nothing new about a first hit.</summary>
    public const int SamplesMax = 1 << 12;

    private readonly float[] _sums;

    internal AovTile(Tile tile, int samples, float[] sums)
    {
        Tile = tile;
        Samples = samples;
        _sums = sums;
    }

    public Tile Tile { get; }

    /// <summary>Samples a pixel.</summary>
    public int Samples { get; }

    /// <summary>Mean base colour of what was met, black where nothing was: linear, 0 to 1.</summary>
    public Vec3 Albedo(int pixel) => Mean(pixel, 0, Samples);

    /// <summary>Mean shading normal in the world, turned to the viewer; shorter than 1 where normals differ.</summary>
    public Vec3 Normal(int pixel) => Mean(pixel, 3, Samples);

    /// <summary>Mean distance from the camera of what was met, in the scene's unit; 0 where nothing was.</summary>
    public float Depth(int pixel) => At(pixel, 7) > 0f ? At(pixel, 6) / At(pixel, 7) : 0f;

    /// <summary>Share of the samples that met anything.</summary>
    public float Coverage(int pixel) => At(pixel, 7) / Samples;

    /// <summary>The number of the glTF node that the first sample met, or -1 if none met anything.</summary>
    public int ObjectId(int pixel) => (int)At(pixel, 8) - 1;

    private Vec3 Mean(int pixel, int first, float count) =>
        new(At(pixel, first) / count, At(pixel, first + 1) / count, At(pixel, first + 2) / count);

    private float At(int pixel, int index) => _sums[(pixel * FirstHits.Floats) + index];
}
