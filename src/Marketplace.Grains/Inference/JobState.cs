using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Market;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Inference;

/// <summary>
/// What is stored of a text job; without an order it was never started. Written at its start, at each attempt that is
/// not over at once, at its end, and while tokens flow at most once in <c>MarketOptions.TokensStoredEvery</c>.
/// </summary>
[GenerateSerializer, Alias("JobState")]
internal sealed record JobState
{
    [Id(0)]
    public AccountId Account { get; init; }

    [Id(1)]
    public InferenceOrder? Order { get; init; }

    /// <summary>
    /// How the books are to fund it; decided before they are asked, so that a repeat asks for the same.
    /// </summary>
    [Id(2)]
    public Escrow? Escrow { get; init; }

    [Id(3)]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Queued, matched, running or verifying; the end is in the settlement.</summary>
    [Id(4)]
    public WorkState Stage { get; init; }

    [Id(5)]
    public JobAttempt? Attempt { get; init; }

    [Id(6)]
    public int Attempts { get; init; }

    [Id(7)]
    public IReadOnlyList<DeviceId> Excluded { get; init; } = [];

    [Id(8)]
    public IReadOnlyList<Token> Tokens { get; init; } = [];

    [Id(9)]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How it ends. Stored before the books are asked; posting it again gives the same books.</summary>
    [Id(10)]
    public JobSettlement? Settlement { get; init; }

    /// <summary>Providers whose devices found the order itself at fault.</summary>
    [Id(11)]
    public IReadOnlyList<ProviderId> Accusers { get; init; } = [];

    /// <summary>Why the last attempt that failed did so.</summary>
    [Id(12)]
    public Ending? LastFailure { get; init; }

    /// <summary>Set while the text waits for its check, and until what was found is posted.</summary>
    [Id(13)]
    public JobProof? Proof { get; init; }

    /// <summary>Who made the text's beginning, where that was not the current attempt.</summary>
    [Id(14)]
    public IReadOnlyList<PartMaker> Makers { get; init; } = [];

    /// <summary>Attempts that gave their place to somebody who waited.</summary>
    [Id(15)]
    public int Yields { get; init; }

    /// <summary>What is kept of its check, where that went against the text or was disputed.</summary>
    [Id(16)]
    public IReadOnlyList<FindingId> Findings { get; init; } = [];

    /// <summary>
    /// The prompt's tokens with what its device tells of them, where the order has that told; else null.
    /// </summary>
    [Id(17)]
    public IReadOnlyList<Token>? Prompt { get; init; }
}
