using Marketplace.Domain.Accounts;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger.Payments;
using Marketplace.Solana.Programs;

namespace Marketplace.Grains.Payments;

/// <summary>Opens an account's standing address. It keeps no state of its own: the row and the seed do.</summary>
[GrainType("deposit-address")]
internal sealed class DepositAddressGrain(DepositAddressRows rows, SolanaRailSource rails, DepositKeySource keys)
    : Grain, IDepositAddressGrain
{
    private AccountId Account => AccountId.Parse(this.GetPrimaryKeyString());

    public async Task<DepositAddressView?> Open(CancellationToken cancel = default)
    {
        if (rails.Rail is not { } rail || keys.Keys is not { } seed)
        {
            return null;
        }

        using var key = seed.Of(Account);
        var account = AssociatedTokenProgram.Address(key.PublicKey, rail.Mint);
        return View(
            rail,
            await rows.Open(new StandingAddress(Account, key.PublicKey.ToString(), account.ToString()), cancel));
    }

    public async Task<DepositAddressView?> Describe(CancellationToken cancel = default) =>
        rails.Rail is { } rail && await rows.Of(Account, cancel) is { } stored ? View(rail, stored) : null;

    private static DepositAddressView View(SolanaRail rail, StandingAddress stored) =>
        new(stored.Address, stored.TokenAccount, rail.Mint.ToString(), rail.Name, stored.CreatedAt);
}
