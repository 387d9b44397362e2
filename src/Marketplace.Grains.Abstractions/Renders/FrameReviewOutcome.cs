using Marketplace.Domain.Ledger;

namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>What became of a renter's word on frames.</summary>
[GenerateSerializer, Immutable, Alias("FrameReviewOutcome")]
public abstract record FrameReviewOutcome
{
    private FrameReviewOutcome()
    {
    }

    /// <summary>It stands, or stood before.</summary>
    [GenerateSerializer, Immutable, Alias("FrameReviewOutcome.Taken")]
    public sealed record Taken([property: Id(0)] RenderView Render) : FrameReviewOutcome;

    /// <summary>There is no such render or frame.</summary>
    [GenerateSerializer, Immutable, Alias("FrameReviewOutcome.NotThere")]
    public sealed record NotThere : FrameReviewOutcome;

    /// <summary>Not as the frame stands now; nothing changed.</summary>
    /// <param name="Code">Stable, such as <c>frame-approved</c>.</param>
    /// <param name="Why">For people.</param>
    [GenerateSerializer, Immutable, Alias("FrameReviewOutcome.Refused")]
    public sealed record Refused([property: Id(0)] string Code, [property: Id(1)] string Why) : FrameReviewOutcome;

    /// <summary>The account cannot set aside what new work can cost.</summary>
    [GenerateSerializer, Immutable, Alias("FrameReviewOutcome.NotEnoughMoney")]
    public sealed record NotEnoughMoney([property: Id(0)] Usdc Needed, [property: Id(1)] Usdc Available)
        : FrameReviewOutcome;
}
