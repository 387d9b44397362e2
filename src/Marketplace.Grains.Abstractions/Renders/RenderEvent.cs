using Marketplace.Domain.Market;

namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>What happens to a render, in order.</summary>
[GenerateSerializer, Immutable, Alias("RenderEvent")]
public abstract record RenderEvent
{
    private RenderEvent()
    {
    }

    /// <summary>The render is in this state now.</summary>
    [GenerateSerializer, Immutable, Alias("RenderEvent.StateChanged")]
    public sealed record StateChanged(
        [property: Id(0)] WorkState State, [property: Id(1)] Ending? Ending, [property: Id(2)] bool IsPaused)
        : RenderEvent;

    /// <summary>How far it is; what lies between two of these is not told.</summary>
    [GenerateSerializer, Immutable, Alias("RenderEvent.Progressed")]
    public sealed record Progressed(
        [property: Id(0)] int UnitsDone,
        [property: Id(1)] int Units,
        [property: Id(2)] int FramesDone,
        [property: Id(3)] int Frames) : RenderEvent;

    /// <summary>
    /// One picture; <c>Number</c> counts them from 1 in the order in which they were made, and is what a client resumes
    /// with. The hash is null while the picture is not released: who knows it may ask for the file as one of theirs.
    /// </summary>
    [GenerateSerializer, Immutable, Alias("RenderEvent.FrameDone")]
    public sealed record FrameDone(
        [property: Id(0)] int Number, [property: Id(1)] int Frame, [property: Id(2)] string? ImageSha256)
        : RenderEvent;
}
