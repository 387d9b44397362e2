using Marketplace.Api.Http;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Api.Renders;

/// <summary>What is wanted of every frame.</summary>
internal sealed partial record CreateRenderRequest
{
    private const int CameraNameMax = 240;

    private FrameSettings ToSettings(float indirectMax) => new()
    {
        ToneMap = ToneMap,
        Outputs = [.. Outputs ?? []],
        Aovs = [.. Aovs ?? []],
        NoiseTarget = NoiseTarget,
        Camera = View?.ToCamera(),
        Environment = Environment?.ToSetting(),
        // Minus zero, which JSON has, is no bound like zero.
        IndirectMax = indirectMax + 0f,
    };

    /// <summary>By index, or else by name; null takes the first.</summary>
    private int? CameraOf(SceneView scene)
    {
        if (CameraName is null)
        {
            return Camera;
        }

        var at = scene.Cameras.ToList().IndexOf(CameraName);

        return at < 0 ? null : at;
    }

    private void CheckSettings(Faults faults, ApiOptions options)
    {
        View?.Check(faults);
        Environment?.Check(faults);
        CheckCameras(faults);
        CheckOutputs(faults);

        if (NoiseTarget is { } target
            && !(target >= RenderLimits.NoiseTargetMin && target <= RenderLimits.NoiseTargetMax))
        {
            faults.Add("noiseTarget", FormattableString.Invariant(
                $"is {target}, allowed are {RenderLimits.NoiseTargetMin:0.#####} to {RenderLimits.NoiseTargetMax}"));
        }

        if (IndirectMax is { } most && !(most >= 0 && most <= RenderLimits.IndirectMaxLimit))
        {
            faults.Add("indirectMax", FormattableString.Invariant(
                $"is {most}, allowed are 0, which is no bound, to {RenderLimits.IndirectMaxLimit}"));
        }

        if (IndirectMax is { } named && named != options.DefaultIndirectMax
            && options.DefaultIndirectMax == RenderLimits.IndirectMaxUnnamed)
        {
            faults.Add("indirectMax", FormattableString.Invariant(
                $"is {named}: until all hosts of the market are updated it can be {options.DefaultIndirectMax} only"));
        }

        if (NoiseTarget is not null && Samples <= SampleSteps.FirstLook)
        {
            faults.Add("samples", $"is {Samples}: with noiseTarget it is the most a pixel may get, and must be above "
                + $"{SampleSteps.FirstLook}, after which the noise is looked at first");
        }
    }

    private void CheckBill(Faults faults)
    {
        if (MaxPriceUsdc is { } most && (most <= Usdc.Zero || most > Usdc.Largest))
        {
            faults.Add("maxPriceUsdc", $"is {most}, allowed are {Usdc.FromMicros(1)} to {Usdc.Largest}");
        }
    }

    private void CheckCameras(Faults faults)
    {
        if (CameraName is not null)
        {
            faults.Length("cameraName", CameraName, 1, CameraNameMax);
        }

        if (new[] { Camera is not null, CameraName is not null, View is not null }.Count(given => given) > 1)
        {
            faults.Add("camera", "only one of camera, cameraName and view may be given");
        }
    }

    private void CheckOutputs(Faults faults)
    {
        CheckNames("outputs", Outputs ?? [], faults);
        CheckNames("aovs", Aovs ?? [], faults);
        var hasMore = (Outputs ?? []).Any(format => format != FrameFormat.Png8);
        var hasLayers = (Outputs ?? []).Any(format => format is FrameFormat.Exr16 or FrameFormat.Exr32);

        if (hasMore && (long)Width * Height > RenderLimits.LayeredPixelsMax)
        {
            faults.Add("outputs", $"other than png8 are made of at most {RenderLimits.LayeredPixelsMax} pixels, "
                + $"these have {(long)Width * Height}");
        }

        if (Aovs is { Count: > 0 } && !hasLayers)
        {
            faults.Add("aovs", "are layers of an EXR file: outputs must have exr16 or exr32");
        }

        if ((Aovs ?? []).Contains(FrameAov.Variance) && Samples <= SampleSteps.First)
        {
            faults.Add("aovs", $"has variance, which takes more than {SampleSteps.First} samples");
        }
    }

    /// <summary>The request is kept with its quote as it came: a list has no more than there are names.</summary>
    private static void CheckNames<T>(string field, IReadOnlyList<T> names, Faults faults)
        where T : struct, Enum
    {
        var all = Enum.GetValues<T>().Length;

        if (names.Count > all)
        {
            faults.Add(field, $"has {names.Count} names, allowed are {all}");
        }
        else if (names.Distinct().Count() < names.Count)
        {
            faults.Add(field, "names one of them twice");
        }
    }

    private void CheckNamedCamera(SceneView scene, Faults faults)
    {
        if (CameraName is not null && CameraOf(scene) is null)
        {
            faults.Add("cameraName", scene.Cameras.Count == 0
                ? $"is '{CameraName}', the scene has no cameras"
                : $"is '{CameraName}', the scene has {string.Join(", ", scene.Cameras)}");
        }
    }
}
