using Marketplace.Domain.Market;

namespace Marketplace.Grains.Market;

/// <summary>When models are loaded ahead of work, and when they are let go. Section <c>Placement</c>.</summary>
public sealed class PlacementOptions
{
    public const string Section = "Placement";

    /// <summary>How often demand and devices are looked at. Default 5 seconds.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Work that waits so long asks for one more device with its model. Default 3 seconds.</summary>
    public TimeSpan WaitMin { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>A model that was placed on a device stays at least so long. Default 10 minutes.</summary>
    public TimeSpan KeepMin { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>It is let go only when nothing has waited for it so long. Default 5 minutes.</summary>
    public TimeSpan QuietMin { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A device that let a model go, or did not load it, is not asked for it again so long. Default 10 minutes.
    /// </summary>
    public TimeSpan CoolDown { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>What a device has to fetch and load a model. Default 30 minutes.</summary>
    public TimeSpan LoadLimit { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Orders a minute that one device is kept for. Default 6.</summary>
    public double OrdersPerReplica { get; set; } = 6;

    /// <summary>Devices that are asked to keep one model; 0 places nothing. Default 32.</summary>
    public int ReplicasMax { get; set; } = 32;

    /// <summary>Devices that load one model at the same time. Default 2.</summary>
    public int LoadingMax { get; set; } = 2;

    /// <summary>Steps of one look. Default 8.</summary>
    public int StepsMax { get; set; } = 8;

    internal PlacementTerms Terms =>
        new(WaitMin, KeepMin, QuietMin, CoolDown, OrdersPerReplica, ReplicasMax, LoadingMax, StepsMax);

    /// <summary>What is wrong with the values, or null.</summary>
    internal string? Fault() => this switch
    {
        { Every.Ticks: <= 0 } => "Placement:Every must be above zero",
        { WaitMin.Ticks: < 0 } => "Placement:WaitMin must not be below zero",
        { KeepMin.Ticks: < 0 } => "Placement:KeepMin must not be below zero",
        { QuietMin.Ticks: < 0 } => "Placement:QuietMin must not be below zero",
        { CoolDown.Ticks: < 0 } => "Placement:CoolDown must not be below zero",
        { LoadLimit.Ticks: <= 0 } => "Placement:LoadLimit must be above zero",
        { OrdersPerReplica: not (> 0 and <= 1_000_000) } => "Placement:OrdersPerReplica must be above 0 to 1000000",
        { ReplicasMax: < 0 or > 10_000 } => "Placement:ReplicasMax must be 0 to 10000",
        { LoadingMax: < 1 or > 1_000 } => "Placement:LoadingMax must be 1 to 1000",
        { StepsMax: < 1 or > 1_000 } => "Placement:StepsMax must be 1 to 1000",
        _ => null,
    };
}
