using Marketplace.Domain;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Grains.Abstractions.Payouts;
using Marketplace.Grains.Abstractions.Providers;
using Marketplace.Grains.Compliance;
using Marketplace.Grains.Payments;
using Marketplace.Ledger;
using Marketplace.Ledger.Payouts;

namespace Marketplace.Grains.Payouts;

/// <summary>
/// The desk over the grains of payouts and refunds: the register finds who waits, each says for itself what it wants.
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
        var now = clock.GetUtcNow();
        var due = (await register.Due(RegisterKinds.Payout, now, DueMax, cancel))
            .Concat(await register.Due(RegisterKinds.UsdcRefund, now, DueMax, cancel))
            .Where(row => PayoutRow.RailOf(row) == rail)
            .OrderBy(row => row.DueAt)
            .Take(most)
            .ToArray();
        var waiting = new List<ChunkPayout>();

        foreach (var row in due)
        {
            var ready = row.Kind == RegisterKinds.Payout ? await Payout(row.Id, cancel) : await Refund(row.Id, cancel);

            if (ready is not null)
            {
                waiting.Add(ready);
            }
        }

        return waiting;
    }

    /// <summary>
    /// Why a provider may not be paid, or null; what goes back to a customer or a sender is nobody's earnings.
    /// </summary>
    public async Task<string?> BarredBecause(ChunkPayout payout, CancellationToken cancel) =>
        payout.Purpose == PayoutPurpose.Earnings
        && await grains.GetGrain<IProviderGrain>(payout.Provider.Value).Describe(cancel) is { Suspended: true }
            ? Suspended
            : null;

    public Task SetAside(ChunkPayout payout, string why, CancellationToken cancel) =>
        payout.Purpose == PayoutPurpose.Earnings
            ? grains.GetGrain<IPayoutCaseGrain>(payout.Payout.Value).SetAside(why, cancel)
            : grains.GetGrain<IUsdcRefundCaseGrain>(payout.Payout.Value).SetAside(why, cancel);

    public Task Changed(ChunkPayout payout, CancellationToken cancel) =>
        payout.Purpose == PayoutPurpose.Earnings
            ? grains.GetGrain<IPayoutGrain>(payout.Payout.Value).Refresh(cancel)
            : grains.GetGrain<IUsdcRefundCaseGrain>(payout.Payout.Value).Refresh(cancel);

    private async Task<ChunkPayout?> Payout(string id, CancellationToken cancel)
    {
        if (await grains.GetGrain<IPayoutGrain>(id).Describe(cancel) is not { State: PayoutStanding.Requested } payout)
        {
            return null;
        }

        var transfer = new ChunkPayout(
            payout.Id, payout.Provider, payout.Wallet, payout.Amount - payout.Fee, payout.Fee)
        {
            Rail = payout.Rail,
        };

        if (await BarredBecause(transfer, cancel) is { } why)
        {
            await SetAside(transfer, why, cancel);
            return null;
        }

        return await grains.GetGrain<IPayoutCaseGrain>(id).Screen(cancel) is null ? transfer : null;
    }

    private async Task<ChunkPayout?> Refund(string id, CancellationToken cancel) =>
        await grains.GetGrain<IUsdcRefundCaseGrain>(id).Screen(cancel) is null
        && await grains.GetGrain<IUsdcRefundGrain>(id).Describe(cancel) is { State: PayoutStanding.Requested } refund
            ? ChunkPayout.Refund(refund.Id, refund.Account, refund.Wallet, refund.Amount, refund.Rail)
            : null;

    /// <summary>Without a list of these days nothing is signed either, whatever was screened before.</summary>
    public async Task<string?> FrozenBecause(CancellationToken cancel) =>
        await grains.GetGrain<IPayoutControlGrain>(0).FrozenBecause(cancel)
        ?? (await sanctions.Trouble(cancel))?.ToString();

    public Task Freeze(string why, CancellationToken cancel) =>
        grains.GetGrain<IPayoutControlGrain>(0).Freeze(new AdminAct(lane, why), cancel);
}
