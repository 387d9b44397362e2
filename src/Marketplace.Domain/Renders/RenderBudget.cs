using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;

namespace Marketplace.Domain.Renders;

/// <summary>
/// What the cap on a render's bill leaves for work that is not given out yet. Kept as asks times pixel samples, not
/// divided by a million: a charge is floored, so what fits here fits the bill, and nobody's work is cut off it.
/// </summary>
public readonly record struct RenderBudget
{
    private const long Million = 1_000_000;

    private RenderBudget(Int128 left) => Left = left;

    /// <summary>Micro-USDC a million samples, times samples. Never below zero.</summary>
    private Int128 Left { get; }

    /// <param name="most">The cap on the bill.</param>
    /// <param name="owed">Work that is charged, may come to be, or is under way, at the ask of who does it.</param>
    public static RenderBudget Of(Usdc most, IEnumerable<(DeviceAsk Ask, long PixelSamples)> owed)
    {
        var spent = owed.Aggregate(
            Int128.Zero, (sum, work) => sum + ((Int128)work.Ask.Megasample.Micros * work.PixelSamples));

        return new(Int128.Max(((Int128)most.Micros * Million) - spent, Int128.Zero));
    }

    /// <summary>The highest ask a million samples at which so many more can be paid in full.</summary>
    public Usdc AskFor(long pixelSamples)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pixelSamples);
        var ask = pixelSamples == 0 ? long.MaxValue : Left / pixelSamples;

        return Usdc.FromMicros((long)Int128.Min(ask, long.MaxValue));
    }

    /// <summary>
    /// By frame, the highest ask at which what waits of it can be paid; of a frame that nobody is at, at which all of
    /// it can be besides what waits of those in work. So the money goes into whole frames.
    /// </summary>
    /// <param name="waiting">Units that nobody has, in the order that they are given out in.</param>
    /// <param name="inWork">Frames of which a unit is made or being made.</param>
    public Dictionary<int, Usdc> AsksFor(IEnumerable<RenderUnit> waiting, IReadOnlySet<int> inWork)
    {
        var left = waiting.GroupBy(unit => unit.Frame)
            .ToDictionary(frame => frame.Key, frame => frame.Sum(unit => unit.PixelSamples));
        var begun = left.Where(frame => inWork.Contains(frame.Key)).Sum(frame => frame.Value);
        var budget = this;

        return left.ToDictionary(
            frame => frame.Key,
            frame => budget.AskFor(inWork.Contains(frame.Key) ? frame.Value : begun + frame.Value));
    }

    /// <summary>
    /// What the order needs of the device that begins it: one that asks so much that the cap on the bill does not pay
    /// for a single frame gets nothing of it. With a noise target a frame is what its first look takes.
    /// </summary>
    public static WorkNeeds FirstNeeds(RenderOrder order)
    {
        if (order.MaxPrice is not { } most)
        {
            return order.Needs;
        }

        var samples = order.Settings?.NoiseTarget is null
            ? order.Samples
            : Math.Min(order.Samples, SampleSteps.FirstLook);

        return At(order.Needs, Of(most, []).AskFor((long)order.Width * order.Height * samples));
    }

    /// <summary>The needs with their price cap lowered to an ask.</summary>
    public static WorkNeeds At(WorkNeeds needs, Usdc ask) =>
        needs with { Cap = needs.Cap with { Megasample = Usdc.Min(needs.Cap.Megasample, ask) } };
}
