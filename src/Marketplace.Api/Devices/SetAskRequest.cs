using Marketplace.Api.Http;
using Marketplace.Api.Market;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;

namespace Marketplace.Api.Devices;

/// <summary>Changes what a device asks, in USDC; running work keeps its price.</summary>
/// <param name="PromptTokens" example="0.100000">Per million prompt tokens.</param>
/// <param name="OutputTokens" example="0.400000">Per million generated tokens.</param>
/// <param name="Megasample" example="0.010000">Per million pixel samples of a render.</param>
internal sealed record SetAskRequest(Usdc PromptTokens, Usdc OutputTokens, Usdc Megasample)
{
    public Faults Check()
    {
        var faults = new Faults();
        PriceCap.CheckPrice("promptTokens", PromptTokens, faults);
        PriceCap.CheckPrice("outputTokens", OutputTokens, faults);
        PriceCap.CheckPrice("megasample", Megasample, faults);
        return faults;
    }

    public DeviceAsk ToAsk() => new(PromptTokens, OutputTokens, Megasample);
}
