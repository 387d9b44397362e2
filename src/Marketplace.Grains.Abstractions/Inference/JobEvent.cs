using Marketplace.Domain.Inference;
using Marketplace.Domain.Market;

namespace Marketplace.Grains.Abstractions.Inference;

/// <summary>What happens to a job, in order.</summary>
[GenerateSerializer, Immutable, Alias("JobEvent")]
public abstract record JobEvent
{
    private JobEvent()
    {
    }

    /// <summary>The job is in this state now.</summary>
    [GenerateSerializer, Immutable, Alias("JobEvent.StateChanged")]
    public sealed record StateChanged([property: Id(0)] WorkState State, [property: Id(1)] Ending? Ending) : JobEvent;

    /// <summary>One token; <c>Number</c> counts from 1 and is what a client resumes with.</summary>
    [GenerateSerializer, Immutable, Alias("JobEvent.TokenMade")]
    public sealed record TokenMade([property: Id(0)] int Number, [property: Id(1)] Token Token) : JobEvent;
}
