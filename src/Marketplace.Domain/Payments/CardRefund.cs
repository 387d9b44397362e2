using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payments;

/// <summary>A refund of a part of one top-up to the card that paid it.</summary>
[GenerateSerializer, Immutable, Alias("CardRefund")]
public sealed record CardRefund
{
    [Id(0)]
    public required CardRefundId Id { get; init; }

    /// <summary>Whole cents; the processor keeps its fee.</summary>
    [Id(1)]
    public required Cents Amount { get; init; }

    [Id(2)]
    public required CardRefundState State { get; init; }

    [Id(3)]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the processor was first called; its idempotency key is good for a day from here.</summary>
    [Id(4)]
    public DateTimeOffset? FirstTriedAt { get; init; }

    /// <summary>The processor's id, such as <c>re_…</c>, once it is known.</summary>
    [Id(5)]
    public string? ProcessorId { get; init; }

    /// <summary>True for one that was made at the processor and not here: it has no hold.</summary>
    [Id(6)]
    public bool IsElsewhere { get; init; }

    /// <summary>What keeps it, or why it failed.</summary>
    [Id(7)]
    public string? Trouble { get; init; }

    /// <summary>True when nothing of it can happen any more, but that it comes back.</summary>
    public bool IsDone => State >= CardRefundState.Failed;

    /// <summary>True while it takes its amount out of the top-up.</summary>
    public bool Takes => State is not (CardRefundState.Failed or CardRefundState.Returned);
}
