using Marketplace.Compute.Rendering.Numerics;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Compute.Rendering.Film;

/// <summary>What a picture is of: all that its samples depend on besides the scene.</summary>
public sealed record RenderView
{
    /// <summary>Pixels a side at most.</summary>
    public const int SizeMax = 16384;

    /// <summary>Bounces at most.</summary>
    public const int BouncesMax = 64;

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required Camera Camera { get; init; }

    /// <summary>The same seed gives the same picture.</summary>
    public ulong Seed { get; init; }

    public int Frame { get; init; }

    /// <summary>Bounces after the first hit; 0 shows lights and emission only.</summary>
    public int MaxBounces { get; init; } = 8;

    /// <summary>
    /// The most that a single indirect contribution may add to a channel; white is 1. A bound such as 10 takes single
    /// bright dots out of a picture, and some of its light with them. Zero, the default, is no bound.
    /// </summary>
    public float IndirectMax { get; init; }

    /// <summary>Which random numbers; pictures by different ones differ in noise only.</summary>
    public SampleSequence Sequence { get; init; } = SampleSequence.Sobol;

    internal ViewConstants ToConstants()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Width, SizeMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(Height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Height, SizeMax);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxBounces);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxBounces, BouncesMax);
        ArgumentOutOfRangeException.ThrowIfNegative(Frame);

        // Minus zero is no bound, too; what is no number is refused.
        if (!(IndirectMax >= 0f))
        {
            throw new ArgumentOutOfRangeException(nameof(IndirectMax), IndirectMax, "It must not be negative.");
        }

        var forward = (Camera.Target - Camera.Position).Normalized();
        var right = Vec3.Cross(forward, Camera.Up).Normalized();
        right = Vec3.Dot(right, right) > 0.5f ? right : Basis.About(forward).Tangent;
        var up = Vec3.Cross(right, forward);
        var halfHeight = Camera.OrthographicHalfHeight ?? HalfHeight(Camera.VerticalFovDegrees);

        return new ViewConstants
        {
            Origin = Camera.Position,
            Forward = forward,
            Right = right * (halfHeight * Width / Height),
            Up = up * halfHeight,
            Orthographic = Camera.OrthographicHalfHeight is null ? 0 : 1,
            Width = Width,
            Height = Height,
            MaxBounces = MaxBounces,
            IndirectMax = IndirectMax,
            Sequence = Sequence == SampleSequence.Philox
                ? ViewConstants.SequencePhilox
                : ViewConstants.SequenceSobol,
            SeedLow = (uint)Seed,
            SeedHigh = (uint)(Seed >> 32),
            Frame = (uint)Frame,
        };
    }

    private static float HalfHeight(float degrees)
    {
        Num.SinCosTurns(Num.Clamp(degrees, 0.1f, 179f) / 720f, out var sine, out var cosine);

        return sine / cosine;
    }
}
