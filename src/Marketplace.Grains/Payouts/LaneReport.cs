namespace Marketplace.Grains.Payouts;

/// <summary>What a step of a lane came to.</summary>
/// <param name="Next">When to step again.</param>
/// <param name="Trouble">What keeps the lane, or null.</param>
internal sealed record LaneReport(LaneNext Next, string? Trouble = null)
{
    public static LaneReport Idle { get; } = new(LaneNext.WhenWoken);

    public static LaneReport Again { get; } = new(LaneNext.AtOnce);

    public static LaneReport Later { get; } = new(LaneNext.Later);

    public static LaneReport Stuck(string why) => new(LaneNext.Later, why);
}
