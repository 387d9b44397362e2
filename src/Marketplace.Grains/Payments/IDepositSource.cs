namespace Marketplace.Grains.Payments;

/// <summary>Credits what came into the treasury of one rail, each transfer once, when it is final.</summary>
internal interface IDepositSource
{
    /// <summary>Looks at everything since the last look. Again is harmless.</summary>
    Task<ScanReport> Look(CancellationToken cancel);
}
