using Marketplace.Domain;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Payouts;
using Marketplace.Grains.Abstractions.Providers;
using Marketplace.Grains.Compliance;
using Marketplace.Ledger;
using Marketplace.Ledger.Payouts;

namespace Marketplace.Grains.Payouts;

/// <summary>
/// The desk over the payout grains: the register finds who waits, each payout says for itself what it wants.
/// </summary>
internal sealed class PayoutDesk(
    IGrainFactory grains,
    IRegister register,
    SanctionsSource sanctions,
    TimeProvider clock,
    string lane,
    RailName rail) : IPayoutDesk
{
    /// <summary>Due payouts that are looked through for those of this rail.</summary>
    private const int DueMax = 1_000;
    private const string Suspended = "provider suspended";

    public async Task<IReadOnlyList<ChunkPayout>> Waiting(int most, CancellationToken cancel)
    {
        var due = await register.Due(RegisterKinds.Payout, clock.GetUtcNow(), DueMax, cancel);
        var waiting = new List<ChunkPayout>();

        foreach (var row in due.Where(row => PayoutRow.RailOf(row) == rail).Take(most))
        {
            var described = await grains.GetGrain<IPayoutGrain>(row.Id).Describe(cancel);

            if (described is not { State: PayoutStanding.Requested } payout)
            {
                continue;
            }

            if (await BarredBecause(payout.Provider, cancel) is { } why)
            {
                await SetAside(payout.Id, why, cancel);
                continue;
            }

            if (await grains.GetGrain<IPayoutCaseGrain>(row.Id).Screen(cancel) is not null)
            {
                continue;
            }

            waiting.Add(new ChunkPayout(
                payout.Id, payout.Provider, payout.Wallet, payout.Amount - payout.Fee, payout.Fee)
            {
                Rail = payout.Rail,
            });
        }

        return waiting;
    }

    public async Task<string?> BarredBecause(ProviderId provider, CancellationToken cancel) =>
        await grains.GetGrain<IProviderGrain>(provider.Value).Describe(cancel) is { Suspended: true }
            ? Suspended
            : null;

    public Task SetAside(PayoutId payout, string why, CancellationToken cancel) =>
        grains.GetGrain<IPayoutCaseGrain>(payout.Value).SetAside(why, cancel);

    public Task Changed(PayoutId payout, CancellationToken cancel) =>
        grains.GetGrain<IPayoutGrain>(payout.Value).Refresh(cancel);

    /// <summary>Without a list of these days nothing is signed either, whatever was screened before.</summary>
    public async Task<string?> FrozenBecause(CancellationToken cancel) =>
        await grains.GetGrain<IPayoutControlGrain>(0).FrozenBecause(cancel)
        ?? (await sanctions.Trouble(cancel))?.ToString();

    public Task Freeze(string why, CancellationToken cancel) =>
        grains.GetGrain<IPayoutControlGrain>(0).Freeze(new AdminAct(lane, why), cancel);
}
