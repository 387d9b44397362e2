using Marketplace.Domain.Compliance;

namespace Marketplace.Api.Providers;

/// <summary>Who the provider is, as it told.</summary>
/// <param name="LegalName" example="Rigs of the North Ltd">Its legal name, or null.</param>
/// <param name="Kind" example="company">person or company.</param>
/// <param name="Street" example="Quay 5">Street and number.</param>
/// <param name="Town" example="Bergen">Town.</param>
/// <param name="Country" example="NO">Two letters of ISO 3166-1.</param>
/// <param name="DateOfBirth">Of a person.</param>
/// <param name="RegistrationNumber" example="NO 912 345 678">Of a company.</param>
/// <param name="SelfHosted" example="true">Whether it has the key of the wallet itself; null: not told.</param>
/// <param name="Custodian">Who has it when the provider has not.</param>
/// <param name="Missing">Fields that large payouts need and that are not told.</param>
internal sealed record IdentityResponse(
    string? LegalName,
    string Kind,
    string? Street,
    string? Town,
    string? Country,
    DateOnly? DateOfBirth,
    string? RegistrationNumber,
    bool? SelfHosted,
    string? Custodian,
    IReadOnlyList<string> Missing)
{
    public static IdentityResponse From(ProviderIdentity? told)
    {
        var identity = told ?? new();

        return new(
            identity.LegalName,
            identity.IsCompany ? IdentityRequest.Company : IdentityRequest.Person,
            identity.Street,
            identity.Town,
            identity.Country,
            identity.DateOfBirth,
            identity.RegistrationNumber,
            identity.IsSelfHosted,
            identity.Custodian,
            identity.Missing());
    }
}
