namespace Marketplace.Grains.Abstractions.Inference;

/// <summary>What became of a delivery.</summary>
[GenerateSerializer, Immutable, Alias("DeliverOutcome")]
public abstract record DeliverOutcome
{
    private DeliverOutcome()
    {
    }

    /// <summary>It counts. A repeat gives the same answer.</summary>
    /// <param name="ResendFrom">
    /// Set when the tokens came after a gap and were not kept: the index of the first that is missing.
    /// </param>
    [GenerateSerializer, Immutable, Alias("DeliverOutcome.Accepted")]
    public sealed record Accepted([property: Id(0)] int? ResendFrom = null) : DeliverOutcome;

    /// <summary>
    /// The unit was drawn to be checked: deliver it once more, with its leaves. The attempt goes on until then.
    /// </summary>
    [GenerateSerializer, Immutable, Alias("DeliverOutcome.Open")]
    public sealed record Open : DeliverOutcome;

    /// <summary>The attempt is no longer the current one; nothing changed.</summary>
    [GenerateSerializer, Immutable, Alias("DeliverOutcome.Stale")]
    public sealed record Stale : DeliverOutcome;

    /// <summary>The delivery contradicts the order; the attempt is over.</summary>
    [GenerateSerializer, Immutable, Alias("DeliverOutcome.Refused")]
    public sealed record Refused([property: Id(0)] string Why) : DeliverOutcome;
}
