namespace Marketplace.Grains.Abstractions.Providers;

/// <summary>A one-time code with which an agent enrols a device.</summary>
/// <param name="Code">Null in the answer to a repeat.</param>
[GenerateSerializer, Immutable, Alias("EnrolmentCode")]
public sealed record EnrolmentCode(
    [property: Id(0)] string? Code,
    [property: Id(1)] DateTimeOffset ExpiresAt);
