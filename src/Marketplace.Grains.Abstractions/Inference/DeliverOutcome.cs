namespace Marketplace.Grains.Abstractions.Inference;

/// <summary>What became of a delivery.</summary>
[GenerateSerializer, Immutable, Alias("DeliverOutcome")]
public abstract record DeliverOutcome
{
    private DeliverOutcome()
    {
    }

    /// <summary>It counts. A repeat gives the same answer.</summary>
    [GenerateSerializer, Immutable, Alias("DeliverOutcome.Accepted")]
    public sealed record Accepted : DeliverOutcome;

    /// <summary>The attempt is no longer the current one; nothing changed.</summary>
    [GenerateSerializer, Immutable, Alias("DeliverOutcome.Stale")]
    public sealed record Stale : DeliverOutcome;

    /// <summary>The delivery contradicts the order; the attempt is over.</summary>
    [GenerateSerializer, Immutable, Alias("DeliverOutcome.Refused")]
    public sealed record Refused([property: Id(0)] string Why) : DeliverOutcome;
}
