namespace Marketplace.Api.Compliance;

/// <summary>A person of a travel record.</summary>
/// <param name="Kind" example="legalPerson">naturalPerson or legalPerson.</param>
/// <param name="Name" example="Rigs of the North Ltd">Its legal name.</param>
/// <param name="StreetName" example="Quay 5">Street and number.</param>
/// <param name="TownName" example="Bergen">Town.</param>
/// <param name="Country" example="NO">Two letters of ISO 3166-1.</param>
/// <param name="DateOfBirth">Of a natural person.</param>
/// <param name="RegistrationNumber" example="NO 912 345 678">Of a legal person.</param>
internal sealed record TravelPersonResponse(
    string Kind,
    string? Name,
    string? StreetName,
    string? TownName,
    string? Country,
    DateOnly? DateOfBirth,
    string? RegistrationNumber);
