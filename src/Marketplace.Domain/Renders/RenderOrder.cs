using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;

namespace Marketplace.Domain.Renders;

/// <summary>A wish for pictures of a scene.</summary>
/// <param name="Scene">The scene.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Samples">Samples per pixel.</param>
/// <param name="Frames">Frame numbers, ascending.</param>
/// <param name="FramesPerSecond">What turns a frame number into a time.</param>
/// <param name="Camera">Index of a camera of the scene; null takes the first, or an orbit camera.</param>
/// <param name="Seed">Same seed, same picture.</param>
/// <param name="MaxBounces">Path length limit.</param>
/// <param name="Needs">What it needs of a device, with the price cap.</param>
/// <param name="DeadlineSeconds">Ends as expired when it has not succeeded by then.</param>
/// <param name="Animation">
/// The clip that poses the scene, by name or number: frame n shows it n / <paramref name="FramesPerSecond"/> seconds
/// in. Null is the pose in which the file was saved.
/// </param>
[GenerateSerializer, Immutable, Alias("RenderOrder")]
public sealed record RenderOrder(
    [property: Id(0)] SceneManifest Scene,
    [property: Id(1)] int Width,
    [property: Id(2)] int Height,
    [property: Id(3)] int Samples,
    [property: Id(4)] IReadOnlyList<int> Frames,
    [property: Id(5)] int FramesPerSecond,
    [property: Id(6)] int? Camera,
    [property: Id(7)] ulong Seed,
    [property: Id(8)] int MaxBounces,
    [property: Id(9)] WorkNeeds Needs,
    [property: Id(10)] int DeadlineSeconds,
    [property: Id(11)] string? Animation = null)
{
    /// <summary>What is wanted of every frame; null for what is usual.</summary>
    [Id(20)]
    public FrameSettings? Settings { get; init; }

    /// <summary>The quote that its price cap comes from; null for none.</summary>
    [Id(21)]
    public RenderQuoteId? Quote { get; init; }

    /// <summary>How finished frames are approved; null, as in older orders, is as they are made.</summary>
    [Id(22)]
    public ApprovalMode? Approval { get; init; }

    /// <summary>
    /// The most that the whole render may be charged, and that is set aside for it; null is what it costs at the price
    /// cap of its needs.
    /// </summary>
    [Id(23)]
    public Usdc? MaxPrice { get; init; }

    /// <summary>The most that one indirect contribution may add to a channel; 0 is no bound.</summary>
    public float IndirectMax() => Settings?.IndirectMax ?? RenderLimits.IndirectMaxUnnamed;

    /// <summary>Whether the renter looks at each frame before it may end.</summary>
    public bool IsReviewed() => Approval == ApprovalMode.Manual;
}
