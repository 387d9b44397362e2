namespace Marketplace.Domain.Devices;

/// <summary>What became of a wish for a place on a device.</summary>
[GenerateSerializer, Immutable, Alias("ReserveOutcome")]
public abstract record ReserveOutcome
{
    private ReserveOutcome()
    {
    }

    [GenerateSerializer, Immutable, Alias("ReserveOutcome.Reserved")]
    public sealed record Reserved([property: Id(0)] DeviceHold Hold) : ReserveOutcome;

    /// <summary>Every slot is taken; the first comes free at the given time at the latest.</summary>
    [GenerateSerializer, Immutable, Alias("ReserveOutcome.Busy")]
    public sealed record Busy([property: Id(0)] DateTimeOffset FreeAt) : ReserveOutcome;

    /// <summary>The device takes no new work.</summary>
    [GenerateSerializer, Immutable, Alias("ReserveOutcome.NotListed")]
    public sealed record NotListed([property: Id(0)] DeviceStanding Standing) : ReserveOutcome;
}
