using Marketplace.Api.Inference;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Api.Renders;

/// <summary>A change of state in an event stream.</summary>
/// <param name="State" example="running">The state now.</param>
/// <param name="Paused" example="false">Whether it stands still by its renter's wish.</param>
/// <param name="Ending">Why it ended as it did, or null.</param>
internal sealed record RenderStateEvent(WorkState State, bool Paused, EndingResponse? Ending)
{
    public static RenderStateEvent From(RenderEvent.StateChanged changed) =>
        new(changed.State, changed.IsPaused, EndingResponse.From(changed.Ending));
}
