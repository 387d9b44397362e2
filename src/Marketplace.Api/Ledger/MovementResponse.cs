using Marketplace.Domain.Ledger;
using Marketplace.Grains.Abstractions.Ledger;

namespace Marketplace.Api.Ledger;

/// <summary>One movement of money.</summary>
/// <param name="At">When it was posted.</param>
/// <param name="Event" example="charge">What happened: deposit, fund, charge, close, payout …</param>
/// <param name="Reference" example="charge:job_01j9zq8k3v7r2m5x4c6b8n0t1w">
/// The journal's key; it names the work.
/// </param>
/// <param name="Amount" example="-0.250000">USDC, positive when the account gained.</param>
/// <param name="BalanceAfter" example="24.750000">The balance right after it.</param>
internal sealed record MovementResponse(
    DateTimeOffset At, string Event, string Reference, Usdc Amount, Usdc BalanceAfter)
{
    public static MovementResponse From(StatementView view) =>
        new(view.At, view.Event, view.Reference, view.Amount, view.BalanceAfter);
}
