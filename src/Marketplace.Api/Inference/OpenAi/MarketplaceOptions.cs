using Marketplace.Api.Http;
using Marketplace.Api.Market;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>What OpenAI's fields cannot say. Fields that are not known are refused.</summary>
/// <param name="MaxPrice">The highest ask accepted; null takes the market's default cap.</param>
/// <param name="Region" example="eu">Only devices in this region; null for any.</param>
/// <param name="DeviceClass">Only devices of this class, as GET /v1/offers shows it; null for any.</param>
/// <param name="DeadlineSeconds" example="600">Given up when it has not ended by then; 10 to 86400.</param>
/// <param name="Providers">Whose devices may do it; null for anybody's.</param>
/// <param name="Verification" example="sampled">
/// sampled: checked as often as the device's standing has it, unless told; always: checked in any case.
/// </param>
internal sealed record MarketplaceOptions(
    PriceCap? MaxPrice = null,
    string? Region = null,
    string? DeviceClass = null,
    int? DeadlineSeconds = null,
    ProviderPreference? Providers = null,
    string? Verification = null)
{
    public void Check(Faults faults)
    {
        var inner = new Faults();
        PriceCap.Check(MaxPrice, inner);
        Place.CheckRegion(Region, inner);
        Place.CheckClass(DeviceClass, inner);
        ProviderPreference.Check(Providers, inner);
        VerificationPolicy.Check(Verification, inner);
        inner.Range(
            "deadlineSeconds",
            DeadlineSeconds ?? InferenceLimits.DeadlineSecondsDefault,
            InferenceLimits.DeadlineSecondsMin,
            InferenceLimits.DeadlineSecondsMax);

        foreach (var error in inner.Errors)
        {
            faults.Add($"marketplace.{error.Field}", error.Detail);
        }
    }
}
