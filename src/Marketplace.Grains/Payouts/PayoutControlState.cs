namespace Marketplace.Grains.Payouts;

/// <summary>The switch of all payouts.</summary>
[GenerateSerializer, Alias("PayoutControlState")]
internal sealed record PayoutControlState
{
    /// <summary>Null while payouts go on.</summary>
    [Id(0)]
    public string? FrozenBecause { get; init; }
}
