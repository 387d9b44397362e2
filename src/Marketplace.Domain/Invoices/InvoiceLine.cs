using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Invoices;

/// <summary>What one product came to in a month.</summary>
/// <param name="Product"><c>text</c>, <c>render</c>, <c>lease</c> or <c>refund</c>.</param>
/// <param name="Count">How many charges or refunds.</param>
/// <param name="Amount">What was charged, or negative what went back.</param>
[GenerateSerializer, Immutable, Alias("InvoiceLine")]
public sealed record InvoiceLine(
    [property: Id(0)] string Product, [property: Id(1)] long Count, [property: Id(2)] Usdc Amount);
