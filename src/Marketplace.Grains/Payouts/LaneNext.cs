namespace Marketplace.Grains.Payouts;

/// <summary>When a lane has to step again.</summary>
internal enum LaneNext
{
    /// <summary>Nothing to do.</summary>
    WhenWoken,

    /// <summary>The next step can be taken now.</summary>
    AtOnce,

    /// <summary>The chain has to move first.</summary>
    Later,
}
