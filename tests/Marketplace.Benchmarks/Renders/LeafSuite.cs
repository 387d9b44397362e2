using System.Diagnostics;
using System.Globalization;
using Marketplace.Compute.Host;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Tests.Verification;
using Marketplace.Compute.Rendering.Tracing;
using Marketplace.Compute.Rendering.Verification;
using Marketplace.Domain.Verification;

namespace Marketplace.Benchmarks.Renders;

/// <summary>
/// The cheating table for renders: of leaves that were made with less work, how many one check does not accept, and how
/// many honest ones it does not either. The verifier is this machine's processor, the device is one of its devices.
/// </summary>
internal sealed class LeafSuite : IBenchmarkSuite
{
    private const int Edge = 64;

    public string Name => "render-proof";

    public string Usage => $"{TracedScene.Usage} {TracedScene.CameraUsage} [--leaves N]";

    public Task<IReadOnlyList<BenchmarkResult>> Run(SuiteOptions options, CancellationToken cancel)
    {
        var traced = TracedScene.From(options, 3 * Edge, 2 * Edge, SampleRange.Batch);
        var leaves = options.Number("--leaves", 40, 1, MerkleTree.LeavesMax);
        options.ExpectNoMore();

        var (scene, _) = traced.Read();
        using var device = traced.Open();
        using var verifier = new HostDevice(traced.Threads);
        using var made = new PathTracer(scene, device);
        using var checking = new PathTracer(scene, verifier);
        var view = traced.View(traced.CameraOf(scene));
        var cheat = new CheatingTracer(made, view, cancel);
        var results = new List<BenchmarkResult>();
        var drawn = Draw(view, traced.Samples, leaves).ToList();

        Console.Error.WriteLine("| leaf | accepted | third opinion | rejected | tells nothing | agreeing p50 | least | most | mean off, most | astray, most |");
        Console.Error.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");

        foreach (var (name, make) in Ways(made, view, cheat, cancel))
        {
            Measure(name, [.. drawn.Select(leaf => make(leaf.Tile, leaf.Range))]);
        }

        return Task.FromResult<IReadOnlyList<BenchmarkResult>>(results);

        void Measure(string name, IReadOnlyList<TileSums> claims)
        {
            var watch = Stopwatch.StartNew();
            LeafFinding[] findings = [.. claims.Select(claim => LeafAudit.Check(checking, view, claim, cancel))];
            var seconds = watch.Elapsed.TotalSeconds / claims.Sum(claim => (long)claim.Tile.Pixels * claim.Samples.Count);
            LeafVerdict[] verdicts = [.. findings.Select(Judge)];
            LeafFinding[] telling = [.. findings.Where(one => Judge(one) != LeafVerdict.Uninformative)];
            var isHonest = name == "honest";
            var caught = telling.Length - Count(verdicts, LeafVerdict.Accepted);
            results.Add(new(
                isHonest ? "honest.flagged" : $"caught.{name}",
                telling.Length == 0 ? 0 : caught / (double)telling.Length,
                "of leaves that tell"));

            if (isHonest)
            {
                results.Add(new("audit.cost", seconds * 1e9, "ns/sample"));
            }

            double[] shares = [.. telling.Select(one => one.Agreeing).Order()];
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {Count(verdicts, LeafVerdict.Accepted)} | {Count(verdicts, LeafVerdict.ThirdOpinion)} "
                + $"| {Count(verdicts, LeafVerdict.Rejected)} | {Count(verdicts, LeafVerdict.Uninformative)} "
                + $"| {shares.ElementAtOrDefault(shares.Length / 2):0.000} | {shares.FirstOrDefault():0.000} "
                + $"| {shares.LastOrDefault():0.000} | {telling.Select(one => one.MeanDifference).DefaultIfEmpty().Max():g2} "
                + $"| {findings.Max(one => (double)one.Astray / one.Pixels):0.000} |"));
        }
    }

    private static LeafVerdict Judge(LeafFinding one) =>
        LeafJudge.Judge(new(one.Pixels, one.Informative, one.Agreeing, one.MeanDifference, one.Astray));

    private static int Count(LeafVerdict[] verdicts, LeafVerdict wanted) => verdicts.Count(one => one == wanted);

    /// <summary>Honest first, then every way to save work.</summary>
    private static IEnumerable<(string Name, Func<Tile, SampleRange, TileSums> Make)> Ways(
        PathTracer made, RenderView view, CheatingTracer cheat, CancellationToken cancel) =>
    [
        ("honest", (tile, range) => made.Trace(view, tile, range, cancel)),
        ("14-of-16-samples", (tile, range) => cheat.Fewer(tile, range, range.Count * 14 / 16)),
        ("half-of-the-samples", (tile, range) => cheat.Fewer(tile, range, range.Count / 2)),
        ("other-seed", cheat.OtherSeed),
        ("quarter-smoothed", (tile, range) => cheat.Blurred(tile, range, range.Count / 4)),
        ("other-tile", (tile, range) => cheat.Reused(tile, range, Beside(view, tile))),
        ("other-frame", cheat.OtherFrame),
        ("shuffled", cheat.Shuffled),
        ("flat-where-quiet", cheat.Flattened),
        ("two-bounces", (tile, range) => cheat.FewerBounces(tile, range, 2)),
    ];

    /// <summary>Whole tiles of the picture and whole batches, as a challenge would draw them.</summary>
    private static IEnumerable<(Tile Tile, SampleRange Range)> Draw(RenderView view, int samples, int wanted)
    {
        Tile[] tiles = [.. Tile.Cut(view.Width, view.Height, Edge).Where(tile => tile is { Width: Edge, Height: Edge })];
        var batches = samples / SampleRange.Batch;
        var all = Math.Min(tiles.Length * batches, MerkleTree.LeavesMax);

        return UnitCommitment.Draw([1], [2], all, wanted).Select(place => (
            tiles[place / batches],
            new SampleRange(place % batches * SampleRange.Batch, SampleRange.Batch)));
    }

    private static Tile Beside(RenderView view, Tile tile) =>
        tile with { X = tile.X >= Edge ? tile.X - Edge : Math.Min(tile.X + Edge, view.Width - Edge) };
}
