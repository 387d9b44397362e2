using Marketplace.Api.Http;
using Marketplace.Domain.Compliance;

namespace Marketplace.Api.Providers;

/// <summary>Tells who the provider is. It is screened by its legal name, and the travel rule wants the rest.</summary>
/// <param name="LegalName" example="Rigs of the North Ltd">As it stands in its papers, 2 to 200 characters.</param>
/// <param name="Kind" example="company">person or company.</param>
/// <param name="Street" example="Quay 5">Street and number, 1 to 200 characters.</param>
/// <param name="Town" example="Bergen">1 to 100 characters.</param>
/// <param name="Country" example="NO">Two capital letters of ISO 3166-1.</param>
/// <param name="DateOfBirth" example="1970-01-31">Of a person.</param>
/// <param name="RegistrationNumber" example="NO 912 345 678">Of a company, 1 to 50 characters.</param>
/// <param name="SelfHosted" example="true">Whether you yourself have the key of the wallet.</param>
/// <param name="Custodian" example="Example Exchange">Who has it when you have not, 1 to 200 characters.</param>
internal sealed record IdentityRequest(
    string LegalName,
    string Kind,
    string? Street = null,
    string? Town = null,
    string? Country = null,
    DateOnly? DateOfBirth = null,
    string? RegistrationNumber = null,
    bool? SelfHosted = null,
    string? Custodian = null)
{
    public const string Person = "person";
    public const string Company = "company";

    private const int LegalNameLengthMin = 2;
    private const int TextLengthMax = 200;
    private const int TownLengthMax = 100;
    private const int NumberLengthMax = 50;
    private static readonly DateOnly BirthMin = new(1900, 1, 1);

    public Faults Check(DateTimeOffset now)
    {
        var faults = new Faults();
        faults.Length("legalName", LegalName.Trim(), LegalNameLengthMin, TextLengthMax);
        Length("street", Street, TextLengthMax);
        Length("town", Town, TownLengthMax);
        Length("registrationNumber", RegistrationNumber, NumberLengthMax);
        Length("custodian", Custodian, TextLengthMax);
        Refuse(!LegalName.Any(char.IsLetter), "legalName", "has no letter");
        Refuse(Kind is not (Person or Company), "kind", $"is '{Kind}', allowed are {Person} and {Company}");
        Refuse(
            Country is not null && (Country.Length != 2 || !Country.All(char.IsAsciiLetterUpper)),
            "country",
            $"is '{Country}', expected two capital letters such as NO");
        Refuse(
            DateOfBirth is { } birth && (birth < BirthMin || birth > DateOnly.FromDateTime(now.UtcDateTime)),
            "dateOfBirth",
            $"is {DateOfBirth:yyyy-MM-dd}, allowed are {BirthMin:yyyy-MM-dd} to today");
        return faults;

        void Length(string field, string? text, int max)
        {
            if (text is not null)
            {
                faults.Length(field, text.Trim(), 1, max);
            }
        }

        void Refuse(bool isWrong, string field, string why)
        {
            if (isWrong)
            {
                faults.Add(field, why);
            }
        }
    }

    public ProviderIdentity ToIdentity() => new()
    {
        LegalName = LegalName.Trim(),
        IsCompany = Kind == Company,
        Street = Street?.Trim(),
        Town = Town?.Trim(),
        Country = Country,
        DateOfBirth = DateOfBirth,
        RegistrationNumber = RegistrationNumber?.Trim(),
        IsSelfHosted = SelfHosted,
        Custodian = Custodian?.Trim(),
    };
}
