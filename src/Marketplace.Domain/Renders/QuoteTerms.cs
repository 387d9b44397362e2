using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Market.Admission;

namespace Marketplace.Domain.Renders;

/// <summary>What a quote says of an order.</summary>
/// <param name="PixelSamples">What is billed if all of it is made.</param>
/// <param name="Effort">How much tracing that is.</param>
/// <param name="Asks">What the devices that could take it ask for a million samples.</param>
/// <param name="Cost">What it would cost at these asks.</param>
/// <param name="Worst">What it would cost at the order's own price cap: set aside without the quote.</param>
/// <param name="Finish">How long it may take; null where no device has told its speed.</param>
/// <param name="DevicesListed">Listed devices that could take it.</param>
/// <param name="DevicesConnected">Of those, how many are there now.</param>
/// <param name="DevicesMeasured">Of those, how many have a score.</param>
[GenerateSerializer, Immutable, Alias("QuoteTerms")]
public sealed record QuoteTerms(
    [property: Id(0)] long PixelSamples,
    [property: Id(1)] EffortSpread Effort,
    [property: Id(2)] PriceSpread Asks,
    [property: Id(3)] PriceSpread Cost,
    [property: Id(4)] Usdc Worst,
    [property: Id(5)] FinishSpread? Finish,
    [property: Id(6)] int DevicesListed,
    [property: Id(7)] int DevicesConnected,
    [property: Id(8)] int DevicesMeasured)
{
    /// <summary>
    /// What an order with the quote sets aside: its P90 cost, and never more than the cap on its bill. Null, in quotes
    /// of older releases, is the P90 cost.
    /// </summary>
    [Id(9)]
    public Usdc? Reserve { get; init; }

    /// <summary>
    /// Prices are those of devices that are there now, else of those that are listed. Null where none could take it.
    /// </summary>
    /// <param name="order">The order.</param>
    /// <param name="probe">What was found of its scene.</param>
    /// <param name="listed">Every listed device, connected or not.</param>
    /// <param name="connected">Every device that is there.</param>
    public static QuoteTerms? Of(
        RenderOrder order, RenderProbe probe, IReadOnlyList<Offer> listed, IReadOnlyList<Offer> connected)
    {
        Offer[] able = [.. listed.Where(offer => Admit.Check(offer, order.Needs).Count == 0)];
        Offer[] here = [.. connected.Where(offer => Admit.Check(offer, order.Needs).Count == 0)];
        var priced = here.Length > 0 ? here : able;

        if (priced.Length == 0)
        {
            return null;
        }

        var samples = SamplePrice.PixelSamples(order);
        var effort = probe.Effort(samples, order.Frames.Count);
        var asks = PriceSpread.Of(
            [.. priced.Zip(Weights(priced), (offer, weight) => (offer.Ask.Megasample, weight))]);
        var taking = here.Where(offer => offer.Ask.Megasample <= asks.P90);
        RenderScore[] scores = [.. taking.Select(offer => offer.Spec.Score).OfType<RenderScore>()];
        var scenes = order.Animation is null ? 1 : order.Frames.Count;

        return new(
            samples,
            effort,
            asks,
            asks.For(samples),
            SamplePrice.Cap(order),
            FinishSpread.Of(effort, RenderPlan.UnitCount(order), scenes, probe.Load, scores),
            Math.Max(able.Length, here.Length),
            here.Length,
            here.Count(offer => offer.Spec.Score is not null))
        {
            Reserve = Usdc.Min(asks.For(samples).P90, order.MaxPrice ?? Usdc.Largest),
        };
    }

    /// <summary>
    /// The order as it is placed with the quote: its price cap comes down to the quote's P90 ask, and so does what is
    /// set aside. Dearer devices get nothing of it, so the work can never cost more than the reserve.
    /// </summary>
    public RenderOrder Hold(RenderOrder order, RenderQuoteId quote) => order with
    {
        Quote = quote,
        Needs = order.Needs with
        {
            Cap = order.Needs.Cap with { Megasample = Usdc.Min(order.Needs.Cap.Megasample, Asks.P90) },
        },
    };

    /// <summary>
    /// What the ask of each device weighs: its score, which is its own word, and so at most twice the median, or the
    /// median where there are three devices or fewer. So one claim never has half of the weight of three devices or
    /// more. A device that has told no score weighs the median of those that have.
    /// </summary>
    internal static IEnumerable<long> Weights(IReadOnlyCollection<Offer> offers)
    {
        int[] known = [.. offers.Select(offer => offer.Spec.Score?.Hundredths).OfType<int>().Order()];
        long median = known.Length == 0 ? 1 : known[(known.Length - 1) / 2];
        var most = offers.Count > 3 ? 2 * median : median;

        return offers.Select(offer => Math.Min(offer.Spec.Score?.Hundredths ?? median, most));
    }
}
