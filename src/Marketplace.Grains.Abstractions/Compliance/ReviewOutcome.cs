using Marketplace.Domain.Compliance;

namespace Marketplace.Grains.Abstractions.Compliance;

/// <summary>What became of an act on a case.</summary>
[GenerateSerializer, Immutable, Alias("ReviewOutcome")]
public abstract record ReviewOutcome
{
    private ReviewOutcome()
    {
    }

    /// <summary>It is done; with <c>ReleaseAskedBy</c> and undecided it waits for a second person.</summary>
    [GenerateSerializer, Immutable, Alias("ReviewOutcome.Done")]
    public sealed record Done([property: Id(0)] ReviewCase Case) : ReviewOutcome;

    /// <summary>There is no such case.</summary>
    [GenerateSerializer, Immutable, Alias("ReviewOutcome.Unknown")]
    public sealed record Unknown : ReviewOutcome;

    /// <summary>It has to be claimed first.</summary>
    [GenerateSerializer, Immutable, Alias("ReviewOutcome.NotClaimed")]
    public sealed record NotClaimed : ReviewOutcome;

    /// <summary>Somebody else has claimed it.</summary>
    [GenerateSerializer, Immutable, Alias("ReviewOutcome.ClaimedByOther")]
    public sealed record ClaimedByOther : ReviewOutcome;

    /// <summary>The second person has to be another one than the first.</summary>
    [GenerateSerializer, Immutable, Alias("ReviewOutcome.SamePerson")]
    public sealed record SamePerson : ReviewOutcome;

    /// <summary>Nobody has asked for its release.</summary>
    [GenerateSerializer, Immutable, Alias("ReviewOutcome.NoRelease")]
    public sealed record NoRelease : ReviewOutcome;

    /// <summary>It is decided.</summary>
    [GenerateSerializer, Immutable, Alias("ReviewOutcome.Decided")]
    public sealed record Decided([property: Id(0)] ReviewState State) : ReviewOutcome;
}
