using Marketplace.Domain.Accounts;
using Marketplace.Domain.Invoices;
using Marketplace.Grains.Abstractions.Invoices;
using Marketplace.Ledger.Invoices;

namespace Marketplace.Grains.Invoices;

/// <summary>Has an account's invoices issued, one request after another; the books hold them.</summary>
[GrainType("invoices")]
internal sealed class InvoiceGrain(InvoiceRows rows) : Grain, IInvoiceGrain
{
    private AccountId Account => AccountId.Parse(this.GetPrimaryKeyString());

    public async Task<IReadOnlyList<Invoice>> List(CancellationToken cancel = default)
    {
        await rows.Issue(Account, cancel);
        return await rows.List(Account, cancel);
    }

    public Task<Invoice?> Find(InvoiceNumber number, CancellationToken cancel = default) =>
        rows.Find(Account, number, cancel);

    public Task<Invoice> Preview(CancellationToken cancel = default) => rows.Preview(Account, cancel);

    public Task<BillingDetail> Billing(CancellationToken cancel = default) => rows.Billing(Account, cancel);

    public Task SetBilling(BillingDetail detail, CancellationToken cancel = default) =>
        rows.SetBilling(Account, detail, cancel);
}
