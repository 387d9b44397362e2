namespace Marketplace.Grains.Abstractions.Batches;

/// <summary>What became of a wish for a batch.</summary>
[GenerateSerializer, Immutable, Alias("StartBatchOutcome")]
public abstract record StartBatchOutcome
{
    private StartBatchOutcome()
    {
    }

    /// <summary>It is stored, now or from before.</summary>
    [GenerateSerializer, Immutable, Alias("StartBatchOutcome.Started")]
    public sealed record Started([property: Id(0)] BatchView Batch) : StartBatchOutcome;

    /// <summary>The id belongs to another wish.</summary>
    [GenerateSerializer, Immutable, Alias("StartBatchOutcome.KeyTaken")]
    public sealed record KeyTaken : StartBatchOutcome;

    /// <summary>The account has as many batches that are not over as it may have; nothing was stored.</summary>
    /// <param name="Max">How many that is.</param>
    [GenerateSerializer, Immutable, Alias("StartBatchOutcome.TooMany")]
    public sealed record TooMany([property: Id(0)] int Max) : StartBatchOutcome;
}
