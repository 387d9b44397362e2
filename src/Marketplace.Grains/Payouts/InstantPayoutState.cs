namespace Marketplace.Grains.Payouts;

/// <summary>Who used the float lately.</summary>
[GenerateSerializer, Alias("InstantPayoutState")]
internal sealed record InstantPayoutState
{
    /// <summary>Oldest first; what is older than a day is dropped.</summary>
    [Id(0)]
    public IReadOnlyList<InstantUse> Uses { get; init; } = [];
}
