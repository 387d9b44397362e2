using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payments;

/// <summary>A refund as the processor has it.</summary>
/// <param name="Id">Such as <c>re_…</c>.</param>
/// <param name="Refund">Our id in its metadata; null when it was made elsewhere.</param>
/// <param name="Amount">What goes back.</param>
/// <param name="State">Pending, failed or succeeded.</param>
/// <param name="Why">Why it failed.</param>
public sealed record RefundFact(string Id, string? Refund, Cents Amount, CardRefundState State, string? Why);
