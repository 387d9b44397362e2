using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payments;

/// <summary>A payment as the processor has it.</summary>
/// <param name="Id">Such as <c>pi_…</c>.</param>
/// <param name="TopUp">The top-up that its metadata names.</param>
/// <param name="Standing">How far it is.</param>
/// <param name="Received">What came in.</param>
/// <param name="Currency">Lower case, such as <c>usd</c>.</param>
/// <param name="IsLive">Real money.</param>
/// <param name="ClientSecret">For the customer's own page.</param>
/// <param name="FeeTransaction">The balance transaction of the charge, once there is one.</param>
/// <param name="Fee">What it took.</param>
public sealed record PaymentFact(
    string Id,
    string? TopUp,
    PaymentStanding Standing,
    Cents Received,
    string Currency,
    bool IsLive,
    string? ClientSecret,
    string? FeeTransaction,
    Cents Fee);
