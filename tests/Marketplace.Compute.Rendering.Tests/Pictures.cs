using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Tests;

/// <summary>Renders whole pictures in one call.</summary>
internal static class Pictures
{
    /// <summary>One unit holds every sample of a test picture.</summary>
    private const int BatchesMax = 4096;

    public static float[] Render(Scene scene, int width, int height, int samples, int tile = 64, ulong seed = 1)
    {
        using var device = new HostDevice(2);
        using var tracer = new PathTracer(scene, device);

        return Render(tracer, View(scene, width, height, seed), samples, tile, BatchesMax);
    }

    public static RenderView View(Scene scene, int width, int height, ulong seed = 1) =>
        new() { Width = width, Height = height, Camera = scene.Cameras[0], Seed = seed };

    public static float[] Render(PathTracer tracer, RenderView view, int samples, int tileSize, int batches)
    {
        var film = new FrameFilm(view.Width, view.Height, samples, view.Frame, view.Seed);

        foreach (var range in SampleRange.Cut(samples, batches))
        {
            foreach (var tile in Tile.Cut(view.Width, view.Height, tileSize))
            {
                var sums = tracer.Trace(view, tile, range, TestContext.Current.CancellationToken);
                Assert.Equal(AddOutcome.Added, film.Add(TileSums.Parse(sums.ToBytes())));
            }
        }

        Assert.True(film.IsComplete);

        return film.ToRadiance();
    }

    /// <summary>The mean of all pixels.</summary>
    public static Vec3 Mean(float[] picture)
    {
        double r = 0, g = 0, b = 0;

        for (var i = 0; i < picture.Length; i += 3)
        {
            r += picture[i];
            g += picture[i + 1];
            b += picture[i + 2];
        }

        var pixels = picture.Length / 3;

        return new Vec3((float)(r / pixels), (float)(g / pixels), (float)(b / pixels));
    }
}
