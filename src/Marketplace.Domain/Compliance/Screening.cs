using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Compliance;

/// <summary>A verdict of screening as it was made; kept for ever and never changed.</summary>
[GenerateSerializer, Immutable, Alias("Screening")]
public sealed record Screening
{
    [Id(0)]
    public required ScreeningId Id { get; init; }

    [Id(1)]
    public required ScreenPurpose Purpose { get; init; }

    [Id(2)]
    public required ProviderId Provider { get; init; }

    [Id(3)]
    public required string Name { get; init; }

    [Id(4)]
    public string? Wallet { get; init; }

    /// <summary>The edition of the list; <see cref="NoList"/> when there was none to screen by.</summary>
    [Id(5)]
    public required string Edition { get; init; }

    /// <summary>What was found, without what people have cleared before.</summary>
    [Id(6)]
    public IReadOnlyList<ScreenHit> Hits { get; init; } = [];

    /// <summary>Of payouts only.</summary>
    [Id(7)]
    public RiskScore? Risk { get; init; }

    /// <summary>What it means, by the terms of its day.</summary>
    [Id(8)]
    public required ScreenBand Band { get; init; }

    [Id(9)]
    public required DateTimeOffset At { get; init; }

    /// <summary>A case about the provider that was undecided, or decided against it.</summary>
    [Id(10)]
    public string? OtherReview { get; init; }

    /// <summary>The edition where nothing was screened.</summary>
    public const string NoList = "none";

    /// <summary>Why it is not clear, one line each.</summary>
    public IEnumerable<RiskReason> Reasons() =>
    [
        .. Hits.Select(hit => new RiskReason(
            $"sanctions-{hit.Field}",
            (int)(hit.Likeness * RiskRules.PointsMax),
            $"{hit.Asked} is like {hit.Listed} of party {hit.Party} ({string.Join(", ", hit.Programs)})")),
        .. OtherReview is null ? Array.Empty<RiskReason>() : [new("provider-in-review", 0, OtherReview)],
        .. Risk?.Reasons ?? [],
    ];
}
