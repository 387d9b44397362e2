using Marketplace.Api.Inference;
using Marketplace.Api.Market;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Api.Renders;

/// <summary>A render.</summary>
/// <param name="Id" example="rnd_01j9zq8k3v7r2m5x4c6b8n0t1w">The render.</param>
/// <param name="State" example="running">
/// queued, matched, running, verifying, succeeded, failed, cancelled or expired.
/// </param>
/// <param name="PausedAt">Since when it is paused, or null.</param>
/// <param name="Ending">Why it ended as it did, or null.</param>
/// <param name="Root" example="CornellBox.glb">The scene's root file.</param>
/// <param name="Width" example="640">Pixels.</param>
/// <param name="Height" example="480">Pixels.</param>
/// <param name="Samples" example="64">Samples per pixel.</param>
/// <param name="Seed" example="42">As ordered.</param>
/// <param name="Animation" example="Run">The clip that it plays, or null for a still scene.</param>
/// <param name="FramesPerSecond" example="24">As ordered.</param>
/// <param name="MaxPrice">The cap that was accepted, in USDC; with a quote its P90 ask.</param>
/// <param name="MaxPriceUsdc" example="0.500000">The most that all of it may cost, in USDC; null for no cap.</param>
/// <param name="Quote">The quote that it was ordered with, or null.</param>
/// <param name="Approval" example="automatic">automatic or manual, as ordered.</param>
/// <param name="UnitsDone" example="12">Units of work done.</param>
/// <param name="Units" example="20">Units of work in all.</param>
/// <param name="FramesDone" example="1">Frames with a picture.</param>
/// <param name="Frames">Its frames; pictures appear as they are finished.</param>
/// <param name="Reserved" example="0.983040">Set aside for it.</param>
/// <param name="Charged" example="0.491520">Taken for its frames with a picture; final when it is over.</param>
/// <param name="Bill">What it costs; while it goes on, what cancelling it now would cost.</param>
/// <param name="Verification">How its units were verified; null while none was committed to.</param>
/// <param name="Receipts">Its receipts, one per provider.</param>
/// <param name="CreatedAt">When it was ordered.</param>
/// <param name="StartedAt">When its first attempt began.</param>
/// <param name="Deadline">
/// Ends as expired when it has not succeeded by then; moves while it is paused, and while only your word, or a check of
/// what you rejected, is missing.
/// </param>
/// <param name="EndedAt">When it was over.</param>
internal sealed record RenderResponse(
    RenderId Id,
    WorkState State,
    DateTimeOffset? PausedAt,
    EndingResponse? Ending,
    string Root,
    int Width,
    int Height,
    int Samples,
    ulong Seed,
    string? Animation,
    int FramesPerSecond,
    ApprovalMode Approval,
    PriceCap MaxPrice,
    Usdc? MaxPriceUsdc,
    RenderQuoteId? Quote,
    int UnitsDone,
    int Units,
    int FramesDone,
    IReadOnlyList<FrameResponse> Frames,
    Usdc Reserved,
    Usdc Charged,
    BillResponse Bill,
    UnitAuditsResponse? Verification,
    IReadOnlyList<ReceiptId> Receipts,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset Deadline,
    DateTimeOffset? EndedAt)
{
    public static RenderResponse From(RenderView render) => new(
        render.Id,
        render.State,
        render.PausedAt,
        EndingResponse.From(render.Ending),
        render.Order.Scene.Root,
        render.Order.Width,
        render.Order.Height,
        render.Order.Samples,
        render.Order.Seed,
        render.Order.Animation,
        render.Order.FramesPerSecond,
        render.Order.Approval ?? ApprovalMode.Automatic,
        PriceCap.From(render.Order.Needs.Cap),
        render.Order.MaxPrice,
        render.Order.Quote,
        render.UnitsDone,
        render.Units,
        render.Bill.Frames,
        [.. render.Frames.Select(frame => FrameResponse.From(render.Id, frame))],
        render.Reserved,
        render.Charged,
        BillResponse.From(render.Bill),
        UnitAuditsResponse.From(render.Audits),
        render.Receipts,
        render.CreatedAt,
        render.StartedAt,
        render.Deadline,
        render.EndedAt);
}
