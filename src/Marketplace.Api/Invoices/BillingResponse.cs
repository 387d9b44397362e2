using Marketplace.Domain.Invoices;

namespace Marketplace.Api.Invoices;

/// <summary>Whom invoices are addressed to; empty where the account has said nothing.</summary>
/// <param name="Name" example="Studio North AS">A person or a company.</param>
/// <param name="Address" example="1 Quay, Bergen">On lines of its own.</param>
/// <param name="Country" example="NO">Two letters, ISO 3166-1.</param>
/// <param name="TaxId" example="NO999999999MVA">Such as a VAT number; it is not checked.</param>
internal sealed record BillingResponse(string Name, string Address, string Country, string TaxId)
{
    public static BillingResponse From(BillingDetail detail) =>
        new(detail.Name, detail.Address, detail.Country, detail.TaxId);
}
