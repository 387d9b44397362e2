using Marketplace.Api.Http;
using Marketplace.Domain.Invoices;

namespace Marketplace.Api.Invoices;

/// <summary>Whom the next invoices are to be addressed to. Left out is empty.</summary>
/// <param name="Name" example="Studio North AS">A person or a company, at most 200 characters.</param>
/// <param name="Address" example="1 Quay, Bergen">At most 500 characters; lines may be broken.</param>
/// <param name="Country" example="NO">Two capital letters, ISO 3166-1.</param>
/// <param name="TaxId" example="NO999999999MVA">Such as a VAT number, at most 50 characters.</param>
internal sealed record BillingRequest(
    string? Name = null, string? Address = null, string? Country = null, string? TaxId = null)
{
    private const int NameLengthMax = 200;
    private const int AddressLengthMax = 500;
    private const int TaxIdLengthMax = 50;
    private const int CountryLength = 2;

    public IReadOnlyList<FieldError> Check()
    {
        var faults = new List<FieldError>();
        AddLong(faults, "name", Name, NameLengthMax);
        AddLong(faults, "address", Address, AddressLengthMax);
        AddLong(faults, "taxId", TaxId, TaxIdLengthMax);

        if (Country is { Length: > 0 }
            && (Country.Length != CountryLength || Country.AsSpan().ContainsAnyExceptInRange('A', 'Z')))
        {
            faults.Add(new("country", "must be two capital letters of ISO 3166-1, such as NO"));
        }

        return faults;
    }

    public BillingDetail ToDetail() =>
        new(Name ?? string.Empty, Address ?? string.Empty, Country ?? string.Empty, TaxId ?? string.Empty);

    private static void AddLong(List<FieldError> faults, string field, string? text, int most)
    {
        if (text?.Length > most)
        {
            faults.Add(new(field, $"has {text.Length} characters, at most {most} are allowed"));
        }
    }
}
