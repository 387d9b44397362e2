using Marketplace.Domain.Invoices;
using Marketplace.Domain.Ledger;

namespace Marketplace.Api.Invoices;

/// <summary>
/// What the account's work came to in one month. It asks for no payment: work is paid from the balance.
/// </summary>
/// <param name="Number" example="INV-000042">Without a gap over the whole marketplace; null in a preview.</param>
/// <param name="Month" example="2026-11">In UTC.</param>
/// <param name="IssuedAt">When it was issued; for a preview when it was made.</param>
/// <param name="BillTo">Whom it is addressed to, as it stood when it was issued.</param>
/// <param name="Lines">One a product.</param>
/// <param name="Total" example="12.500000">The sum of the lines in USDC.</param>
internal sealed record InvoiceResponse(
    string? Number,
    string Month,
    DateTimeOffset IssuedAt,
    BillingResponse BillTo,
    IReadOnlyList<InvoiceResponse.Line> Lines,
    Usdc Total)
{
    public static InvoiceResponse From(Invoice invoice) => new(
        invoice.Number.Value == 0 ? null : invoice.Number.ToString(),
        invoice.Month.ToString(),
        invoice.IssuedAt,
        BillingResponse.From(invoice.BillTo),
        [.. invoice.Lines.Select(line => new Line(line.Product, line.Count, line.Amount))],
        invoice.Total);

    /// <summary>What one product came to.</summary>
    /// <param name="Product" example="render">text, render, lease or refund.</param>
    /// <param name="Count" example="3">How many charges or refunds.</param>
    /// <param name="Amount" example="12.500000">In USDC; negative what went back.</param>
    internal sealed record Line(string Product, long Count, Usdc Amount);
}
