namespace Marketplace.Domain.Market;

/// <summary>When models are loaded ahead, and when they are let go.</summary>
/// <param name="WaitMin">Work that waits so long asks for one more device with its model.</param>
/// <param name="KeepMin">A model that was placed stays at least so long.</param>
/// <param name="QuietMin">It is let go only when nothing has waited for it so long.</param>
/// <param name="CoolDown">A device that let it go, or did not load it, is not asked for it again so long.</param>
/// <param name="PerReplica">Orders a minute that one device is kept for.</param>
/// <param name="ReplicasMax">Devices that are asked to keep one model.</param>
/// <param name="LoadingMax">Devices that load one model at the same time.</param>
/// <param name="StepsMax">Steps of one plan.</param>
public sealed record PlacementTerms(
    TimeSpan WaitMin,
    TimeSpan KeepMin,
    TimeSpan QuietMin,
    TimeSpan CoolDown,
    double PerReplica,
    int ReplicasMax,
    int LoadingMax,
    int StepsMax);
