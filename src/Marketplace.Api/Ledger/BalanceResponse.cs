using Marketplace.Domain.Ledger;
using Marketplace.Grains.Abstractions.Ledger;

namespace Marketplace.Api.Ledger;

/// <summary>What an account has, in USDC.</summary>
/// <param name="Available" example="25.000000">Deposited and free to spend.</param>
/// <param name="Promo" example="5.000000">Granted by the platform; spent first.</param>
/// <param name="Reserved" example="0.250000">Set aside for running work; what is not used comes back.</param>
internal sealed record BalanceResponse(Usdc Available, Usdc Promo, Usdc Reserved)
{
    public static BalanceResponse From(BalanceView view) => new(view.Available, view.Promo, view.Reserved);
}
