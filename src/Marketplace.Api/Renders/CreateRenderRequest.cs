using System.Globalization;
using Marketplace.Api.Http;
using Marketplace.Api.Market;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Api.Renders;

/// <summary>Orders pictures of a scene.</summary>
/// <param name="Scene" example="scn_01j9zq8k3v7r2m5x4c6b8n0t1w">A scene of this account.</param>
/// <param name="Width" example="640">Pixels, 16 to 8192.</param>
/// <param name="Height" example="480">Pixels, 16 to 8192.</param>
/// <param name="Samples" example="64">Samples per pixel, 1 to 65536.</param>
/// <param name="Frames" example="1-30,40-60x2">
/// Frame numbers and ranges with an optional step; at most 1000 frames.
/// </param>
/// <param name="FramesPerSecond" example="24">What turns a frame number into a time of the animation.</param>
/// <param name="Camera" example="0">
/// Index of a camera of the scene; null takes the first, or one that sees everything.
/// </param>
/// <param name="Seed" example="42">Same seed, same picture.</param>
/// <param name="MaxBounces" example="8">Longest path, 1 to 32.</param>
/// <param name="MaxPrice">The highest ask accepted; null takes the market's default cap.</param>
/// <param name="Region" example="eu">Only devices in this region; null for any.</param>
/// <param name="DeviceClass">Only devices of this class, as GET /v1/offers shows it; null for any.</param>
/// <param name="Animation" example="Run">
/// The clip that poses the scene, by name or number: frame n shows it n / framesPerSecond seconds in, and its last pose
/// after its end. Null plays the first clip where the scene has one; <c>none</c> keeps the pose of the file.
/// </param>
/// <param name="DeadlineSeconds" example="3600">Ends as expired when it has not succeeded by then; 10 to 86400.</param>
/// <param name="ToneMap" example="agx">How light becomes a PNG: pbrNeutral, srgb, agx or aces.</param>
/// <param name="Outputs">
/// Files of each frame: png8, png16, exr16, exr32. Null is png8, which every frame has in any case.
/// </param>
/// <param name="Aovs">
/// Layers of the EXR files beside the light: albedo, normal, depth, objectId, variance, sampleCount.
/// </param>
/// <param name="NoiseTarget" example="0.001">
/// A tile of 128 x 128 pixels gets no more samples once its estimated relative mean squared error is at most this;
/// <c>samples</c> is the most it gets. 0.00001 to 1: 0.01 is grainy, 0.0005 clean. Null gives every tile all samples.
/// </param>
/// <param name="CameraName" example="Camera">A camera of the scene by its name, instead of <c>camera</c>.</param>
/// <param name="View">A camera of its own, instead of <c>camera</c>.</param>
/// <param name="Environment">The light from all around; null leaves it as the scene has it.</param>
/// <param name="Quote" example="qte_01j9zq8k3v7r2m5x4c6b8n0t1w">
/// A valid quote that was made for this very body: its P90 cost is set aside, and dearer devices get nothing of it.
/// Null sets the worst case aside.
/// </param>
/// <param name="Approval" example="automatic">
/// <c>automatic</c>: a frame is yours as its picture is made. <c>manual</c>: you look at a preview of each frame and
/// approve or reject it; what you do not decide in time is approved.
/// </param>
/// <param name="IndirectMax" example="10">
/// The most that one indirect contribution may add to a channel, where white is 1: takes single bright dots out of a
/// picture, and some of its light with them. 0 to 1000000; 0 is no bound. Null is 0 unless the market says otherwise.
/// </param>
/// <param name="MaxPriceUsdc" example="0.500000">
/// The most that the whole render may cost, in USDC, where <c>maxPrice</c> is for a million samples. No more is set
/// aside or charged, whatever devices do; work that it does not pay for is not ordered. Null for no such cap.
/// </param>
internal sealed partial record CreateRenderRequest(
    string Scene,
    int Width,
    int Height,
    int Samples,
    string Frames = "1",
    int FramesPerSecond = 24,
    int? Camera = null,
    ulong Seed = 0,
    int MaxBounces = RenderLimits.BouncesDefault,
    PriceCap? MaxPrice = null,
    string? Region = null,
    string? DeviceClass = null,
    int DeadlineSeconds = 3_600,
    string? Animation = null,
    ToneMapping ToneMap = ToneMapping.PbrNeutral,
    IReadOnlyList<FrameFormat>? Outputs = null,
    IReadOnlyList<FrameAov>? Aovs = null,
    double? NoiseTarget = null,
    string? CameraName = null,
    CameraRequest? View = null,
    EnvironmentRequest? Environment = null,
    string? Quote = null,
    ApprovalMode Approval = ApprovalMode.Automatic,
    float? IndirectMax = null,
    Usdc? MaxPriceUsdc = null)
{
    private const int FramesPerSecondMax = 240;
    private const int FramesTextMax = 4_000;
    private const int AnimationLengthMax = 240;
    private const string NoAnimation = "none";

    // A device keeps sums of a tile and the counts beside the scene.
    private const long FilmBytes = 16L << 20;

    public Faults Check(ApiOptions options)
    {
        var faults = new Faults();
        faults.Range("width", Width, RenderLimits.EdgeMin, RenderLimits.EdgeMax);
        faults.Range("height", Height, RenderLimits.EdgeMin, RenderLimits.EdgeMax);
        faults.Range("samples", Samples, 1, RenderLimits.SamplesMax);
        faults.Range("framesPerSecond", FramesPerSecond, 1, FramesPerSecondMax);
        faults.Range("maxBounces", MaxBounces, 1, RenderLimits.BouncesMax);
        faults.Range(
            "deadlineSeconds", DeadlineSeconds, InferenceLimits.DeadlineSecondsMin, InferenceLimits.DeadlineSecondsMax);
        faults.Length("frames", Frames, 1, FramesTextMax);

        if (Animation is not null)
        {
            faults.Length("animation", Animation, 1, AnimationLengthMax);
        }

        if (Quote is not null && !Ids.Read<RenderQuoteId>(Quote, out _))
        {
            faults.Add("quote", $"is no quote: ids begin with {RenderQuoteId.Prefix}");
        }

        PriceCap.Check(MaxPrice, faults);
        CheckBill(faults);
        Place.CheckRegion(Region, faults);
        Place.CheckClass(DeviceClass, faults);
        CheckSettings(faults, options);
        CheckFrames(faults);
        return faults;
    }

    /// <summary>What only the scene can tell.</summary>
    public Faults CheckAgainst(SceneView scene)
    {
        var faults = new Faults();

        if (Camera is { } camera && (camera < 0 || camera >= scene.Cameras.Count))
        {
            faults.Add("camera", $"is {camera}, the scene has {scene.Cameras.Count} cameras");
        }

        CheckNamedCamera(scene, faults);
        var clips = scene.Animations ?? [];

        if (Animation is not (null or NoAnimation) && !IsThere(clips))
        {
            faults.Add("animation", clips.Count == 0
                ? $"is '{Animation}', the scene has no clips"
                : $"is '{Animation}', the scene has {string.Join(", ", clips.Select(clip => clip.Name))}");
        }

        return faults;
    }

    public RenderOrder ToOrder(SceneView scene, ApiOptions options) => new(
        scene.Manifest,
        Width,
        Height,
        Samples,
        FrameRange.Parse(Frames),
        FramesPerSecond,
        CameraOf(scene),
        Seed,
        MaxBounces,
        new WorkNeeds(
            WorkKind.Render,
            PriceCap.Fill(MaxPrice, options),
            scene.MemoryBytes + FilmBytes,
            Region,
            Place.ToClass(DeviceClass)),
        DeadlineSeconds,
        Animation switch
        {
            null => scene.Animations is [var first, ..] ? first.Name : null,
            NoAnimation => null,
            var named => named,
        })
    {
        Settings = ToSettings(IndirectMax ?? options.DefaultIndirectMax),
        Approval = Approval == ApprovalMode.Automatic ? null : Approval,
        MaxPrice = MaxPriceUsdc,
    };

    /// <summary>As the renderer looks for it: by name, or else by number.</summary>
    private bool IsThere(IReadOnlyList<SceneAnimation> clips) =>
        clips.Any(clip => string.Equals(clip.Name, Animation, StringComparison.Ordinal))
        || Enumerable.Range(0, clips.Count).Any(
            number => string.Equals(
                number.ToString(CultureInfo.InvariantCulture), Animation, StringComparison.Ordinal));

    private void CheckFrames(Faults faults)
    {
        try
        {
            var frames = FrameRange.Parse(Frames);
            var tiles = Parts(Width) * Parts(Height);
            var ranges = RenderPlan.RangeCount(Math.Clamp(Samples, 1, RenderLimits.SamplesMax), ToSettings(0));
            var units = tiles * ranges;

            if (units > RenderLimits.UnitsPerFrameMax)
            {
                faults.Add(
                    "samples",
                    $"make {ranges} units of work of each of the {tiles} tiles of a frame, {units} in all, allowed are "
                        + $"{RenderLimits.UnitsPerFrameMax}: lower samples, width or height");
            }
            else if (units * frames.Count > RenderLimits.UnitsMax)
            {
                faults.Add(
                    "frames",
                    $"make {units * frames.Count} units of work, {units} each, allowed are {RenderLimits.UnitsMax}: "
                        + "order them in parts, or lower samples, width or height");
            }
        }
        catch (FormatException refused)
        {
            faults.Add("frames", refused.Message.Replace("frames: ", string.Empty, StringComparison.Ordinal));
        }
    }

    /// <summary>Tiles beside each other; what is out of bounds is refused for itself.</summary>
    private static long Parts(int pixels) =>
        ((Math.Clamp(pixels, 1, RenderLimits.EdgeMax) - 1) / RenderPlan.TileEdge) + 1;
}
