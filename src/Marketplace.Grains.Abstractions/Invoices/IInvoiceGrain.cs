using Marketplace.Domain.Invoices;

namespace Marketplace.Grains.Abstractions.Invoices;

/// <summary>The invoices of one account; key <c>acc_…</c>.</summary>
[GrainInterfaceType("invoices"), Alias("IInvoiceGrain")]
public interface IInvoiceGrain : IGrainWithStringKey
{
    /// <summary>All of them, newest first; what is due is issued first, so asking again is harmless.</summary>
    [Alias("List")]
    Task<IReadOnlyList<Invoice>> List(CancellationToken cancel = default);

    /// <summary>One of them, or null.</summary>
    [Alias("Find")]
    Task<Invoice?> Find(InvoiceNumber number, CancellationToken cancel = default);

    /// <summary>The month under way, as its invoice would be now.</summary>
    [Alias("Preview")]
    Task<Invoice> Preview(CancellationToken cancel = default);

    /// <summary>Whom the next invoices are addressed to.</summary>
    [Alias("Billing")]
    Task<BillingDetail> Billing(CancellationToken cancel = default);

    /// <summary>Changes whom the next invoices are addressed to; those that are issued stay as they are.</summary>
    [Alias("SetBilling")]
    Task SetBilling(BillingDetail detail, CancellationToken cancel = default);
}
