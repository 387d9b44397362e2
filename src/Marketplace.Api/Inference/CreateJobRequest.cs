using System.Text;
using Marketplace.Api.Http;
using Marketplace.Api.Market;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference;

/// <summary>Orders generated text.</summary>
/// <param name="Model" example="stories260K">Name of a model of the catalogue, or <c>mdl:</c> and its id.</param>
/// <param name="Prompt" example="Once upon a time">
/// The text to go on from; may be empty. At most 512 KiB of UTF-8.
/// </param>
/// <param name="MaxTokens" example="200">Tokens to generate at most, 1 to 32768.</param>
/// <param name="Temperature" example="0">
/// 0 takes the likeliest token always, and so does less than 0.001; at most 2.
/// </param>
/// <param name="Seed" example="42">Same seed on the same kind of device: same text.</param>
/// <param name="MaxPrice">The highest ask accepted; null takes the market's default cap.</param>
/// <param name="Region" example="eu">Only devices in this region; null for any.</param>
/// <param name="DeviceClass">Only devices of this class, as GET /v1/offers shows it; null for any.</param>
/// <param name="DeadlineSeconds" example="600">
/// Ends as expired when it has not succeeded by then; 10 to 86400, 600 unless told.
/// </param>
/// <param name="Providers">Whose devices may do it; null for anybody's.</param>
/// <param name="Verification" example="sampled">
/// sampled: checked as often as the device's standing has it, unless told; always: checked in any case.
/// </param>
internal sealed record CreateJobRequest(
    string Model,
    string Prompt,
    int MaxTokens,
    double Temperature = 0,
    ulong Seed = 0,
    PriceCap? MaxPrice = null,
    string? Region = null,
    string? DeviceClass = null,
    int DeadlineSeconds = InferenceLimits.DeadlineSecondsDefault,
    ProviderPreference? Providers = null,
    string? Verification = null)
{
    // What an engine needs besides the weights: cache of keys and values, activations.
    private const long WorkingBytes = 64L << 20;

    public Faults Check()
    {
        var faults = new Faults();
        var promptBytes = Encoding.UTF8.GetByteCount(Prompt);

        if (!ModelReference.IsOne(Model))
        {
            faults.Add("model", ModelReference.Wanted);
        }

        if (promptBytes > InferenceLimits.PromptBytesMax)
        {
            faults.Add("prompt", $"has {promptBytes} bytes, allowed are {InferenceLimits.PromptBytesMax}");
        }

        if (double.IsNaN(Temperature) || Temperature < 0 || Temperature > InferenceLimits.TemperatureMax)
        {
            faults.Add("temperature", $"is {Temperature}, allowed are 0 to {InferenceLimits.TemperatureMax}");
        }

        faults.Range("maxTokens", MaxTokens, 1, InferenceLimits.TokensMax);
        faults.Range(
            "deadlineSeconds", DeadlineSeconds, InferenceLimits.DeadlineSecondsMin, InferenceLimits.DeadlineSecondsMax);
        PriceCap.Check(MaxPrice, faults);
        Place.CheckRegion(Region, faults);
        Place.CheckClass(DeviceClass, faults);
        ProviderPreference.Check(Providers, faults);
        VerificationPolicy.Check(Verification, faults);
        return faults;
    }

    public InferenceOrder ToOrder(ModelView model, ApiOptions options) => new(
        model.Name,
        model.Sha256,
        model.Bytes,
        Prompt,
        MaxTokens,
        InferenceLimits.EffectiveTemperature(Temperature),
        Seed,
        new WorkNeeds(
            WorkKind.Text,
            PriceCap.Fill(MaxPrice, options),
            model.Bytes + (model.Bytes / 8) + WorkingBytes,
            Region,
            Place.ToClass(DeviceClass),
            Providers?.ToChoice()),
        DeadlineSeconds,
        Identity: ModelIdentity.Of(model.ModelId, model.WeightFormat))
    {
        IsAlwaysChecked = Verification == VerificationPolicy.Always,
        Files = model.Files,
    };
}
