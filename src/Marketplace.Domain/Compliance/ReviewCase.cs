using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Compliance;

/// <summary>One matter that people decide: may this payout go, may this provider stay.</summary>
[GenerateSerializer, Immutable, Alias("ReviewCase")]
public sealed record ReviewCase
{
    [Id(0)]
    public required ReviewId Id { get; init; }

    /// <summary>The verdict that opened it.</summary>
    [Id(1)]
    public required ScreeningId Screening { get; init; }

    [Id(2)]
    public required ScreenPurpose Purpose { get; init; }

    [Id(3)]
    public required ProviderId Provider { get; init; }

    /// <summary>The payout that waits, or null when it is about the provider.</summary>
    [Id(4)]
    public string? Payout { get; init; }

    /// <summary>What waits; zero when it is about the provider.</summary>
    [Id(5)]
    public Usdc Amount { get; init; }

    [Id(6)]
    public required ScreenBand Band { get; init; }

    [Id(7)]
    public IReadOnlyList<RiskReason> Reasons { get; init; } = [];

    [Id(8)]
    public IReadOnlyList<ScreenHit> Hits { get; init; } = [];

    [Id(9)]
    public ReviewState State { get; init; }

    [Id(10)]
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When it has to be decided.</summary>
    [Id(11)]
    public required DateTimeOffset DueAt { get; init; }

    [Id(12)]
    public Reviewer? ClaimedBy { get; init; }

    /// <summary>Who wants it released, where that takes a second person.</summary>
    [Id(13)]
    public Reviewer? ReleaseAskedBy { get; init; }

    [Id(14)]
    public ReviewEnding Ending { get; init; }

    /// <summary>Who decided: the second person where it took two.</summary>
    [Id(15)]
    public Reviewer? DecidedBy { get; init; }

    [Id(16)]
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Whether its payout's money was taken out of the provider's reach.</summary>
    [Id(17)]
    public bool HasBlockedFunds { get; init; }

    /// <summary>Whether what was decided has been done.</summary>
    [Id(18)]
    public bool IsDone { get; init; }
}
