using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference;

/// <summary>A change of state in an event stream.</summary>
/// <param name="State" example="running">The state now.</param>
/// <param name="Ending">Why it ended as it did, or null.</param>
internal sealed record StateEvent(WorkState State, EndingResponse? Ending)
{
    public static StateEvent From(JobEvent.StateChanged changed) =>
        new(changed.State, EndingResponse.From(changed.Ending));
}
