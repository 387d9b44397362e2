using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Verification;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Renders;

namespace Marketplace.Host.Renders;

/// <summary>
/// Units of rejected frames: nobody shows their leaves, so blocks of pixels are traced with all samples.
/// </summary>
internal sealed partial class LeafAuditor
{
    public Task<UnitAuditOutcome> Recheck(UnitRecheckRequest unit, CancellationToken cancel = default) =>
        _rechecks.Run(unit.Renter.Value, ends => CheckBlocks(unit, ends), cancel);

    private async Task<UnitAuditOutcome> CheckBlocks(UnitRecheckRequest request, CancellationToken cancel)
    {
        if (await UnitFiles.Read(_blobs, request.Sums.Sha256, request.Sums.Bytes, cancel) is not { } bytes)
        {
            return Skip("what was delivered is not there any more");
        }

        if (Parse(request.Order, request.Sums.Unit, bytes) is not { } sums)
        {
            return new UnitAuditOutcome.Judged(UnitVerdict.Unfit(UnitVerdict.OtherSums));
        }

        try
        {
            using var loan = await Borrow(_rechecks, request.Order, request.Sums.Unit.Frame, cancel);
            return TraceBlocks(loan.Thing, request, sums, cancel);
        }
        catch (Exception fault) when (fault is SceneFormatException or FileNotFoundException)
        {
            return Skip($"the scene cannot be read: {fault.Message}");
        }
    }

    private UnitAuditOutcome TraceBlocks(
        AuditScene scene, UnitRecheckRequest request, TileSums sums, CancellationToken cancel)
    {
        if (scene.ViewOf(request.Order, sums.Frame) is not { } view)
        {
            return Skip($"the scene has no camera {request.Order.Camera}");
        }

        var blocks = BlocksOf(sums.Tile);
        var found = new List<(LeafVerdict Leaf, double Agreeing)>();
        var left = _options.UnitSamplesMax;

        foreach (var block in request.Blocks.Select(place => sums.Part(blocks[place])))
        {
            left -= (long)block.Tile.Pixels * block.Samples.Count;

            if (left < 0 || found.Count(one => one.Leaf != LeafVerdict.Uninformative) >= _options.LeavesPerUnit)
            {
                break;
            }

            var finding = LeafAudit.Check(scene.Tracer, view, block, cancel);
            var verdict = Judge(finding);
            found.Add((verdict, finding.Agreeing));

            if (verdict == LeafVerdict.Rejected)
            {
                break;
            }
        }

        return UnitVerdict.Of(found) is { } judged
            ? new UnitAuditOutcome.Judged(judged)
            : Skip($"{found.Count} of its blocks have too little noise to tell anything");
    }

    /// <summary>The tile's blocks, row by row.</summary>
    private static Tile[] BlocksOf(Tile tile) =>
    [
        .. Tile.Cut(tile.Width, tile.Height, RenderLimits.RecheckEdge)
            .Select(block => block with { X = tile.X + block.X, Y = tile.Y + block.Y }),
    ];

    /// <summary>The sums, or null when they are not those of this unit.</summary>
    private static TileSums? Parse(RenderOrder order, RenderUnit unit, byte[] bytes)
    {
        try
        {
            return UnitFiles.Parse(order, unit, bytes);
        }
        catch (TileSumsException)
        {
            return null;
        }
    }
}
