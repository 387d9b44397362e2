namespace Marketplace.Grains.Devices;

/// <summary>How devices are listened to. Section <c>Device</c>.</summary>
public sealed class DeviceOptions
{
    public const string Section = "Device";

    /// <summary>A device that says nothing for this long is gone. Default 45 seconds (three heartbeats).</summary>
    public TimeSpan SilentAfter { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>What a device has left to come back after its connection ended. Default 20 seconds.</summary>
    public TimeSpan DisconnectGrace { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long a reserved place is kept for an attempt that no heartbeat has named yet. Default 45 seconds.
    /// </summary>
    public TimeSpan HoldKept { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>Life of an agent's session. Default 12 hours.</summary>
    public TimeSpan SessionLife { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Life of a sign-in challenge. Default 1 minute.</summary>
    public TimeSpan ChallengeLife { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Life of an enrolment code. Default 10 minutes.</summary>
    public TimeSpan EnrolmentCodeLife { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>What is wrong with the values, or null.</summary>
    internal string? Fault() => this switch
    {
        { SilentAfter.Ticks: <= 0 } => "Device:SilentAfter must be above zero",
        { DisconnectGrace.Ticks: < 0 } => "Device:DisconnectGrace must not be below zero",
        { HoldKept.Ticks: <= 0 } => "Device:HoldKept must be above zero",
        { SessionLife.Ticks: <= 0 } => "Device:SessionLife must be above zero",
        { ChallengeLife.Ticks: <= 0 } => "Device:ChallengeLife must be above zero",
        { EnrolmentCodeLife.Ticks: <= 0 } => "Device:EnrolmentCodeLife must be above zero",
        _ => null,
    };
}
