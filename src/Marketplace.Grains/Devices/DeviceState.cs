using Marketplace.Domain.Devices;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Devices;

/// <summary>
/// What is stored of a device; without a provider it was never enrolled. Written only when one of these changes.
/// </summary>
[GenerateSerializer, Alias("DeviceState")]
internal sealed record DeviceState
{
    /// <summary>Failed checks that are remembered.</summary>
    public const int FailuresKept = 16;

    [Id(0)]
    public ProviderId? Provider { get; init; }

    [Id(1)]
    public byte[] PublicKey { get; init; } = [];

    [Id(2)]
    public DeviceSpec? Spec { get; init; }

    [Id(3)]
    public DeviceAsk? Ask { get; init; }

    [Id(4)]
    public bool Drained { get; init; }

    [Id(5)]
    public bool Suspended { get; init; }

    [Id(6)]
    public DateTimeOffset EnrolledAt { get; init; }

    /// <summary>Live sessions, newest first: an agent that reconnects may overlap with itself.</summary>
    [Id(7)]
    public IReadOnlyList<DeviceSession> Sessions { get; init; } = [];

    /// <summary>Failed checks, the newest last.</summary>
    [Id(8)]
    public IReadOnlyList<FailedAudit> Failures { get; init; } = [];

    /// <summary>Failures before this moment are forgiven.</summary>
    [Id(9)]
    public DateTimeOffset ReinstatedAt { get; init; }
}
