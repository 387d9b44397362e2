using Marketplace.Compute.Loading;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Verification;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Renders;
using Marketplace.Grains.Verification;
using Marketplace.Host.Verification;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Renders;

/// <summary>
/// Traces leaves of units again on this machine's processor. The scene stays loaded between units. Before that, the
/// leaves must be those that were committed to, and add up to what was delivered, bit for bit.
/// </summary>
internal sealed partial class LeafAuditor : ILeafAuditor, IDisposable
{
    private readonly IBlobStore _blobs;
    private readonly VerificationOptions _options;
    private readonly TimeProvider _clock;
    private readonly SceneSources _sources = new();
    private readonly AuditQueue<AuditScene> _queue;

    /// <summary>What renters ask for must not take the places of what is drawn, so it has a queue of its own.</summary>
    private readonly AuditQueue<AuditScene> _rechecks;

    public LeafAuditor(IBlobStore blobs, IOptions<VerificationOptions> options, TimeProvider clock)
    {
        (_blobs, _options, _clock) = (blobs, options.Value, clock);
        _queue = new(_options, "units");
        _rechecks = new(_options, "units of rejected frames");
    }

    public Task<UnitAuditOutcome> Audit(UnitAuditRequest unit, CancellationToken cancel = default) =>
        _queue.Run($"{unit.Provider} for {unit.Renter}", ends => Check(unit, ends), cancel);

    public void Dispose()
    {
        _queue.Dispose();
        _rechecks.Dispose();
    }

    private async Task<UnitAuditOutcome> Check(UnitAuditRequest unit, CancellationToken cancel)
    {
        if (CostOf(unit.Sums.Unit, UnitCommitment.SamplesPerLeaf) is var cost && cost > _options.UnitSamplesMax)
        {
            return Skip(
                $"a leaf takes {cost} pixel samples, and the platform traces {_options.UnitSamplesMax} at most");
        }

        if (await UnitFiles.Read(_blobs, unit.Sums.Sha256, unit.Sums.Bytes, cancel) is not { } sums
            || await UnitFiles.Read(_blobs, unit.Leaves.Sha256, unit.Leaves.Bytes, cancel) is not { } opened)
        {
            return Skip("what was delivered is not there any more");
        }

        if (WhyUnfit(unit, sums, opened, out var leaves) is { } cause)
        {
            return new UnitAuditOutcome.Judged(UnitVerdict.Unfit(cause));
        }

        try
        {
            using var loan = await Borrow(_queue, unit.Order, unit.Sums.Unit.Frame, cancel);
            return Trace(loan.Thing, unit, leaves, cancel);
        }
        catch (Exception fault) when (fault is SceneFormatException or FileNotFoundException)
        {
            return Skip($"the scene cannot be read: {fault.Message}");
        }
    }

    /// <summary>
    /// Traces leaves in the order in which they were drawn, until enough of them have told something or one does not
    /// stand.
    /// </summary>
    private UnitAuditOutcome Trace(
        AuditScene scene, UnitAuditRequest unit, IReadOnlyList<TileSums> leaves, CancellationToken cancel)
    {
        if (scene.ViewOf(unit.Order, unit.Sums.Unit.Frame) is not { } view)
        {
            return Skip($"the scene has no camera {unit.Order.Camera}");
        }

        var found = new List<(LeafVerdict Leaf, double Agreeing)>();
        var left = _options.UnitSamplesMax;

        foreach (var leaf in unit.Places.Select(place => leaves[place]))
        {
            left -= CostOf(unit.Sums.Unit, leaf.Samples.Count);

            if (left < 0 || found.Count(one => one.Leaf != LeafVerdict.Uninformative) >= _options.LeavesPerUnit)
            {
                break;
            }

            var finding = LeafAudit.Check(scene.Tracer, view, leaf, cancel);
            var verdict = Judge(finding);
            found.Add((verdict, finding.Agreeing));

            if (verdict == LeafVerdict.Rejected)
            {
                break;
            }
        }

        return UnitVerdict.Of(found) is { } judged
            ? new UnitAuditOutcome.Judged(judged)
            : Skip($"{found.Count} of its leaves have too little noise to tell anything");
    }

    private static LeafVerdict Judge(LeafFinding found) => LeafJudge.Judge(
        new(found.Pixels, found.Informative, found.Agreeing, found.MeanDifference, found.Astray));

    /// <summary>Why the unit does not stand whatever its samples are, or null.</summary>
    private static string? WhyUnfit(
        UnitAuditRequest request, byte[] sums, byte[] opened, out IReadOnlyList<TileSums> leaves)
    {
        leaves = [];
        var (unit, order) = (request.Sums.Unit, request.Order);
        var files = Enumerable.Range(0, opened.Length / sums.Length)
            .Select(at => new ReadOnlyMemory<byte>(opened, at * sums.Length, sums.Length))
            .ToArray();

        if (Convert.ToHexStringLower(UnitCommitment.Root(request.Render.Value, files)) != request.Root)
        {
            return UnitVerdict.OtherLeaves;
        }

        try
        {
            leaves = [.. files.Select(file => TileSums.Parse(file.Span))];
        }
        catch (TileSumsException)
        {
            return UnitVerdict.OtherLeaves;
        }

        try
        {
            return UnitLeaves.WhyNot(UnitFiles.Parse(order, unit, sums), leaves) is null ? null : UnitVerdict.OtherSums;
        }
        catch (TileSumsException)
        {
            return UnitVerdict.OtherSums;
        }
    }

    /// <summary>Pixel samples that the check of a leaf traces.</summary>
    private static long CostOf(RenderUnit unit, int samples) =>
        (long)unit.Width * unit.Height * Math.Min(samples, unit.Samples);

    private static UnitAuditOutcome.Skipped Skip(string why) => new(why);

    private Task<KeptLoaded<AuditScene>.Loan> Borrow(
        AuditQueue<AuditScene> queue, RenderOrder order, int frame, CancellationToken cancel) => queue.Borrow(
            AuditScene.KeyOf(order, frame),
            token => AuditScene.Load(
                order,
                frame,
                _sources,
                files => SceneFiles.Read(_blobs, order.Scene, _options.SceneBytesMax, files),
                queue.Device,
                _clock,
                token),
            cancel);
}
