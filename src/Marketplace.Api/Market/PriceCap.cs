using Marketplace.Api.Http;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;

namespace Marketplace.Api.Market;

/// <summary>The highest ask that the renter accepts, in USDC; parts left out take the market's default cap.</summary>
/// <param name="PromptTokens" example="0.500000">Per million prompt tokens.</param>
/// <param name="OutputTokens" example="2.000000">Per million generated tokens.</param>
/// <param name="Megasample" example="0.050000">Per million pixel samples of a render.</param>
internal sealed record PriceCap(Usdc? PromptTokens = null, Usdc? OutputTokens = null, Usdc? Megasample = null)
{
    /// <summary>The largest price that can be named: a million USDC per million.</summary>
    public static readonly Usdc PriceMax = Usdc.Parse("1000000");

    public static DeviceAsk Fill(PriceCap? cap, ApiOptions options) => new(
        cap?.PromptTokens ?? Usdc.Parse(options.DefaultPromptTokensCap),
        cap?.OutputTokens ?? Usdc.Parse(options.DefaultOutputTokensCap),
        cap?.Megasample ?? Usdc.Parse(options.DefaultMegasampleCap));

    public static PriceCap From(DeviceAsk ask) => new(ask.PromptTokens, ask.OutputTokens, ask.Megasample);

    public static void Check(PriceCap? cap, Faults faults)
    {
        CheckPrice("maxPrice.promptTokens", cap?.PromptTokens, faults);
        CheckPrice("maxPrice.outputTokens", cap?.OutputTokens, faults);
        CheckPrice("maxPrice.megasample", cap?.Megasample, faults);
    }

    public static void CheckPrice(string field, Usdc? price, Faults faults)
    {
        if (price is { } value && (value < Usdc.Zero || value > PriceMax))
        {
            faults.Add(field, $"is {value}, allowed are 0 to {PriceMax}");
        }
    }
}
