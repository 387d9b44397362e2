using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>What happened to a frame until one of its pictures was made.</summary>
/// <param name="Number">Counts the frame's pictures from 1.</param>
/// <param name="Events">In order; at most <see cref="Domain.Renders.RenderLimits.FrameEventsMax"/>.</param>
[GenerateSerializer, Alias("FrameMaking")]
internal sealed record FrameMaking(
    [property: Id(0)] int Number, [property: Id(1)] IReadOnlyList<FrameEvent> Events);
