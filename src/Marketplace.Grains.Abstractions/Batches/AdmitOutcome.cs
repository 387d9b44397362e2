namespace Marketplace.Grains.Abstractions.Batches;

/// <summary>Whether an account may have one more of something.</summary>
[GenerateSerializer, Immutable, Alias("AdmitOutcome")]
public abstract record AdmitOutcome
{
    private AdmitOutcome()
    {
    }

    /// <summary>It may.</summary>
    [GenerateSerializer, Immutable, Alias("AdmitOutcome.Admitted")]
    public sealed record Admitted : AdmitOutcome;

    /// <summary>It has as many as it may have.</summary>
    /// <param name="Max">How many that is.</param>
    [GenerateSerializer, Immutable, Alias("AdmitOutcome.TooMany")]
    public sealed record TooMany([property: Id(0)] int Max) : AdmitOutcome;
}
