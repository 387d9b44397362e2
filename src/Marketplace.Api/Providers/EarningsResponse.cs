using Marketplace.Domain.Ledger;
using Marketplace.Grains.Abstractions.Ledger;

namespace Marketplace.Api.Providers;

/// <summary>What a provider has earned, in USDC.</summary>
/// <param name="Accrued" example="0.120000">Earned, within the holdback window.</param>
/// <param name="Payable" example="3.400000">Earned and withdrawable.</param>
/// <param name="OnTheWay" example="0.000000">In payouts that have not landed.</param>
/// <param name="PaidOut" example="41.000000">Paid on chain.</param>
internal sealed record EarningsResponse(Usdc Accrued, Usdc Payable, Usdc OnTheWay, Usdc PaidOut)
{
    public static EarningsResponse From(EarningsView view) =>
        new(view.Accrued, view.Payable, view.OnTheWay, view.PaidOut);
}
