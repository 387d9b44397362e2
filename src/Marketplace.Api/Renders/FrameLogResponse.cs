using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Api.Renders;

/// <summary>What happened to a frame.</summary>
/// <param name="Frame" example="7">The frame.</param>
/// <param name="Entries">In order; of one making of a frame the last 200 are kept.</param>
internal sealed record FrameLogResponse(int Frame, IReadOnlyList<FrameEventResponse> Entries)
{
    public static FrameLogResponse From(int frame, IReadOnlyList<FrameEvent> events) =>
        new(frame, [.. events.Select(FrameEventResponse.From)]);
}
