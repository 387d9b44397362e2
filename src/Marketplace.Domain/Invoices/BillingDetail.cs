namespace Marketplace.Domain.Invoices;

/// <summary>Whom invoices are addressed to, as the account says it; empty where it has said nothing.</summary>
/// <param name="Name">A person or a company.</param>
/// <param name="Address">On lines of its own.</param>
/// <param name="Country">Two letters, ISO 3166-1.</param>
/// <param name="TaxId">Such as a VAT number; not checked.</param>
[GenerateSerializer, Immutable, Alias("BillingDetail")]
public sealed record BillingDetail(
    [property: Id(0)] string Name,
    [property: Id(1)] string Address,
    [property: Id(2)] string Country,
    [property: Id(3)] string TaxId)
{
    public static readonly BillingDetail None = new(string.Empty, string.Empty, string.Empty, string.Empty);
}
