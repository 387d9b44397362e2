namespace Marketplace.Grains.Payments;

/// <summary>Scans the chain for deposits, one scan at a time in the whole cluster; key 0.</summary>
[GrainInterfaceType("deposit-watcher"), Alias("IDepositWatcherGrain")]
internal interface IDepositWatcherGrain : IGrainWithIntegerKey
{
    /// <summary>Credits everything final since the last look. Repeating it is harmless.</summary>
    [Alias("Look")]
    Task Look(CancellationToken cancel = default);
}
