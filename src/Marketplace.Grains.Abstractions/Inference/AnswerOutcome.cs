namespace Marketplace.Grains.Abstractions.Inference;

/// <summary>What a job says to somebody who waits for its answer.</summary>
[GenerateSerializer, Immutable, Alias("AnswerOutcome")]
public abstract record AnswerOutcome
{
    private AnswerOutcome()
    {
    }

    /// <summary>
    /// The job is over, or its text is whole and its check has taken longer than the caller's patience. All of it is
    /// stored.
    /// </summary>
    [GenerateSerializer, Immutable, Alias("AnswerOutcome.Given")]
    public sealed record Given([property: Id(0)] JobView Job) : AnswerOutcome;

    /// <summary>There is no answer yet, and one call waits no longer: ask again.</summary>
    [GenerateSerializer, Immutable, Alias("AnswerOutcome.NotYet")]
    public sealed record NotYet : AnswerOutcome;

    /// <summary>Nothing of this job is known here now: never started, or its grain is about to begin anew.</summary>
    [GenerateSerializer, Immutable, Alias("AnswerOutcome.Unknown")]
    public sealed record Unknown : AnswerOutcome;
}
