namespace Marketplace.Domain.Compliance;

/// <summary>Who pays, for the travel rule: the operator of this marketplace.</summary>
[GenerateSerializer, Immutable, Alias("TravelOriginator")]
public sealed record TravelOriginator(
    [property: Id(0)] string? LegalName,
    [property: Id(1)] string? Street,
    [property: Id(2)] string? Town,
    [property: Id(3)] string? Country,
    [property: Id(4)] string? RegistrationNumber);
