namespace Marketplace.Domain.Renders;

/// <summary>
/// What is wanted of every frame besides its size and samples. Left alone, a frame is one PNG of 8 bits.
/// </summary>
[GenerateSerializer, Immutable, Alias("FrameSettings")]
public sealed record FrameSettings
{
    [Id(0)]
    public ToneMapping ToneMap { get; init; }

    /// <summary>The files that are wanted; none is the PNG of 8 bits, which every frame has in any case.</summary>
    [Id(1)]
    public IReadOnlyList<FrameFormat> Outputs { get; init; } = [];

    /// <summary>Layers of the EXR files beside the light.</summary>
    [Id(2)]
    public IReadOnlyList<FrameAov> Aovs { get; init; } = [];

    /// <summary>
    /// A tile gets no more samples once its estimated relative mean squared error is at most this; null gives all tiles
    /// all samples.
    /// </summary>
    [Id(3)]
    public double? NoiseTarget { get; init; }

    /// <summary>Instead of a camera of the scene.</summary>
    [Id(4)]
    public GivenCamera? Camera { get; init; }

    /// <summary>Null leaves the environment as its file has it.</summary>
    [Id(5)]
    public EnvironmentSetting? Environment { get; init; }

    /// <summary>
    /// The most that one indirect contribution may add to a channel, 0 for no bound; null, in orders from before it
    /// could be named, is <see cref="RenderLimits.IndirectMaxUnnamed"/>.
    /// </summary>
    [Id(6)]
    public float? IndirectMax { get; init; }
}
