using Marketplace.Domain.Ledger;
using Marketplace.Domain.Renders;

namespace Marketplace.Api.Renders;

/// <summary>A price of a render before it is ordered. P50 is the likely value, P90 what nine of ten stay below.
/// </summary>
/// <param name="Id">Goes into the order's <c>quote</c>.</param>
/// <param name="ValidUntil">Orders may name it before this moment.</param>
/// <param name="PixelSamples" example="9830400">What is billed if all of it is made.</param>
/// <param name="RenderUnits">How much tracing that is, in render units.</param>
/// <param name="Ask">What devices that could take it ask for a million samples, in USDC.</param>
/// <param name="Cost">
/// What it would cost at these asks, in USDC. With this quote an order whose <c>maxPriceUsdc</c> is below P50 is
/// refused.
/// </param>
/// <param name="Reserve" example="0.294912">
/// What an order with this quote sets aside: the P90 cost, and never more than <c>maxPriceUsdc</c>.
/// </param>
/// <param name="Worst" example="0.983040">
/// What it could cost at the order's price cap, and never more than <c>maxPriceUsdc</c>: set aside without a quote.
/// </param>
/// <param name="Finish">
/// How long it would take once it is begun, in seconds, by what devices say of their speed; null where none has.
/// </param>
/// <param name="Load">What comes before the first sample on a device.</param>
/// <param name="MemoryBytes" example="33554432">Memory that it takes on a device.</param>
/// <param name="Devices">Devices that could take it.</param>
/// <param name="Probe">What was traced for it.</param>
internal sealed record RenderQuoteResponse(
    RenderQuoteId Id,
    DateTimeOffset ValidUntil,
    long PixelSamples,
    RenderQuoteResponse.EffortRange RenderUnits,
    RenderQuoteResponse.PriceRange Ask,
    RenderQuoteResponse.PriceRange Cost,
    Usdc Reserve,
    Usdc Worst,
    RenderQuoteResponse.SecondsRange? Finish,
    RenderQuoteResponse.LoadTimes Load,
    long MemoryBytes,
    RenderQuoteResponse.DeviceCounts Devices,
    RenderQuoteResponse.ProbeFacts Probe)
{
    public static RenderQuoteResponse From(RenderQuote quote) => new(
        quote.Id,
        quote.ValidUntil,
        quote.Terms.PixelSamples,
        new(quote.Terms.Effort.P50, quote.Terms.Effort.P90),
        PriceRange.From(quote.Terms.Asks),
        PriceRange.From(quote.Terms.Cost),
        quote.Terms.Reserve ?? quote.Terms.Cost.P90,
        quote.Terms.Worst,
        quote.Terms.Finish is { } finish ? new(Seconds(finish.P50), Seconds(finish.P90)) : null,
        new(Seconds(quote.Probe.Load), Seconds(quote.Probe.Build)),
        quote.MemoryBytes,
        new(quote.Terms.DevicesListed, quote.Terms.DevicesConnected, quote.Terms.DevicesMeasured),
        new(
            [.. quote.Probe.Frames.Select(frame => frame.Frame)],
            quote.Probe.Width,
            quote.Probe.Height,
            quote.Probe.Samples,
            quote.Probe.Frames.Sum(frame => frame.Costs.Count)));

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    /// <summary>Render units.</summary>
    internal sealed record EffortRange(RenderEffort P50, RenderEffort P90);

    /// <summary>Prices, weighed by the devices' speed.</summary>
    /// <param name="Lowest" example="0.010000">The cheapest device.</param>
    /// <param name="P50" example="0.020000">Devices with half of the speed ask no more.</param>
    /// <param name="P90" example="0.030000">Devices with nine tenths of the speed ask no more.</param>
    internal sealed record PriceRange(Usdc Lowest, Usdc P50, Usdc P90)
    {
        public static PriceRange From(PriceSpread prices) => new(prices.Lowest, prices.P50, prices.P90);
    }

    /// <summary>Seconds.</summary>
    internal sealed record SecondsRange(double P50, double P90);

    /// <summary>Measured on the platform's machine.</summary>
    /// <param name="Seconds" example="0.812">
    /// To read the scene and make it ready, once a device, of a moving scene once a frame.
    /// </param>
    /// <param name="BuildSeconds" example="0.204">Of that, to build the tree over its triangles.</param>
    internal sealed record LoadTimes(double Seconds, double BuildSeconds);

    /// <summary>Devices that the order's needs and price cap allow.</summary>
    /// <param name="Listed" example="12">Connected or not.</param>
    /// <param name="Connected" example="9">That are there now.</param>
    /// <param name="Measured" example="7">Of these, that have a render score.</param>
    internal sealed record DeviceCounts(int Listed, int Connected, int Measured);

    /// <summary>The small pictures.</summary>
    /// <param name="Frames">Their frame numbers.</param>
    /// <param name="Width" example="80">Pixels.</param>
    /// <param name="Height" example="60">Pixels.</param>
    /// <param name="Samples" example="4">Samples a pixel of one pass.</param>
    /// <param name="Passes" example="12">Passes over all of them.</param>
    internal sealed record ProbeFacts(IReadOnlyList<int> Frames, int Width, int Height, int Samples, int Passes);
}
