using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Api.Renders;

/// <summary>How far a render is, in an event stream.</summary>
/// <param name="UnitsDone" example="12">Units of work done.</param>
/// <param name="Units" example="20">Units of work in all.</param>
/// <param name="FramesDone" example="1">Frames with a picture.</param>
/// <param name="Frames" example="3">Frames in all.</param>
internal sealed record ProgressEvent(int UnitsDone, int Units, int FramesDone, int Frames)
{
    public static ProgressEvent From(RenderEvent.Progressed progressed) =>
        new(progressed.UnitsDone, progressed.Units, progressed.FramesDone, progressed.Frames);
}
