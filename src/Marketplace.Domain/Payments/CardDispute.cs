using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payments;

/// <summary>A card holder's bank wants the money of a top-up back.</summary>
[GenerateSerializer, Immutable, Alias("CardDispute")]
public sealed record CardDispute
{
    /// <summary>The processor's id, such as <c>dp_…</c>.</summary>
    [Id(0)]
    public required string Id { get; init; }

    [Id(1)]
    public required Cents Amount { get; init; }

    [Id(2)]
    public required DisputeState State { get; init; }

    /// <summary>True once the funds were taken and the books say so.</summary>
    [Id(3)]
    public bool IsWithdrawn { get; init; }

    /// <summary>Why, in the processor's word.</summary>
    [Id(4)]
    public string Reason { get; init; } = string.Empty;

    /// <summary>Until when evidence is taken.</summary>
    [Id(5)]
    public DateTimeOffset? EvidenceDue { get; init; }

    [Id(6)]
    public EvidenceState Evidence { get; init; }

    /// <summary>The processor has our evidence; what people have added to it there is sent with it.</summary>
    [Id(7)]
    public bool IsEvidenceStaged { get; init; }

    public bool IsDone => State is DisputeState.Won or DisputeState.Lost or DisputeState.InquiryClosed;

    /// <summary>True while it takes its amount out of the top-up.</summary>
    public bool Takes => IsWithdrawn && State != DisputeState.Won;
}
