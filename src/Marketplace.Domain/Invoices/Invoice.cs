using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Invoices;

/// <summary>
/// What an account's work came to in one month: charges less what went back. It asks for no payment, since work is paid
/// from the balance when it is done.
/// </summary>
/// <param name="Number">Its number; the default value in a preview.</param>
/// <param name="Account">Whose work.</param>
/// <param name="Month">When it was charged.</param>
/// <param name="BillTo">As it stood when the invoice was issued.</param>
/// <param name="Lines">One a product; a product without charges has none.</param>
/// <param name="IssuedAt">When it was issued; for a preview when it was made.</param>
[GenerateSerializer, Immutable, Alias("Invoice")]
public sealed record Invoice(
    [property: Id(0)] InvoiceNumber Number,
    [property: Id(1)] AccountId Account,
    [property: Id(2)] InvoiceMonth Month,
    [property: Id(3)] BillingDetail BillTo,
    [property: Id(4)] IReadOnlyList<InvoiceLine> Lines,
    [property: Id(5)] DateTimeOffset IssuedAt)
{
    /// <summary>The sum of the lines; negative where more went back than was charged.</summary>
    public Usdc Total => Lines.Aggregate(Usdc.Zero, (sum, line) => sum + line.Amount);
}
