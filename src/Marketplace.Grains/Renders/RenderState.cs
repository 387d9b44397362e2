using Marketplace.Domain.Accounts;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Market;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>
/// What is stored of a render; without an order it was never started. Units of finished frames are forgotten, so the
/// state grows with the frames in work and not with the whole film.
/// </summary>
[GenerateSerializer, Alias("RenderState")]
internal sealed record RenderState
{
    [Id(0)]
    public AccountId Account { get; init; }

    [Id(1)]
    public RenderOrder? Order { get; init; }

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
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Attempts at work.</summary>
    [Id(6)]
    public IReadOnlyList<UnitAttempt> Running { get; init; } = [];

    /// <summary>Accepted units of frames that have no picture yet.</summary>
    [Id(7)]
    public IReadOnlyList<DoneUnit> Done { get; init; } = [];

    /// <summary>Who takes part, and what has come to be charged: units of frames with a picture.</summary>
    [Id(8)]
    public IReadOnlyList<RenderShare> Shares { get; init; } = [];

    /// <summary>Frames with a picture.</summary>
    [Id(9)]
    public IReadOnlyList<FinishedFrame> Frames { get; init; } = [];

    /// <summary>Units that had to be given out again, and by whose doing.</summary>
    [Id(10)]
    public IReadOnlyList<UnitFailures> Failures { get; init; } = [];

    [Id(11)]
    public IReadOnlyList<Exclusion> Exclusions { get; init; } = [];

    [Id(12)]
    public int Attempts { get; init; }

    /// <summary>How it ends. Stored before the books are asked; posting it again gives the same books.</summary>
    [Id(13)]
    public RenderSettlement? Settlement { get; init; }

    /// <summary>Providers whose devices found the order itself at fault.</summary>
    [Id(14)]
    public IReadOnlyList<ProviderId> Accusers { get; init; } = [];

    /// <summary>Why the last attempt that failed did so.</summary>
    [Id(15)]
    public Ending? LastFailure { get; init; }

    /// <summary>Frames that were begun to be put together.</summary>
    [Id(16)]
    public IReadOnlyList<FrameAssembly> Assemblies { get; init; } = [];

    /// <summary>How long it has stood still by its renter's wish.</summary>
    [Id(17)]
    public RenderPause Pause { get; init; } = RenderPause.None;

    /// <summary>Units that other devices are asked for, and nobody is blamed for.</summary>
    [Id(18)]
    public IReadOnlyList<UnitDoubt> Doubts { get; init; } = [];

    /// <summary>
    /// Tiles whose noise is looked at; one that is not here has not been looked at. Of finished frames only those that
    /// may have to be made again.
    /// </summary>
    [Id(36)]
    public IReadOnlyList<TileLook> Looks { get; init; } = [];

    /// <summary>Reviews of frames that have, or had, a picture; none where approval is automatic.</summary>
    [Id(30)]
    public IReadOnlyList<FrameReview> Reviews { get; init; } = [];

    /// <summary>How long it has waited for nothing but its renter's word.</summary>
    [Id(31)]
    public ReviewClock Review { get; init; } = ReviewClock.None;

    /// <summary>Devices that get nothing of a frame any more.</summary>
    [Id(32)]
    public IReadOnlyList<FrameBar> Bars { get; init; } = [];

    /// <summary>Frames whose making again was funded.</summary>
    [Id(33)]
    public int Retries { get; init; }

    /// <summary>One that is to be funded. Decided before the books are asked, like the escrow.</summary>
    [Id(34)]
    public FrameRetry? Retrying { get; init; }

    /// <summary>What happened to frames since their last picture; what was before is in their records.</summary>
    [Id(35)]
    public IReadOnlyList<FrameEvent> Events { get; init; } = [];

    /// <summary>
    /// Frames that were complete when the time for making was over: pictures are made of those and of no others. Null
    /// before that.
    /// </summary>
    [Id(37)]
    public IReadOnlyList<int>? Closing { get; init; }

    /// <summary>Shares beyond the usual limit that are open, since all sharers had left.</summary>
    [Id(38)]
    public int Spares { get; init; }
}
