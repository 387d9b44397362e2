using Marketplace.Domain;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Grains.Abstractions.Payouts;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Payouts;

namespace Marketplace.Grains.Payments;

/// <summary>Runs the scan and tells the deposits; freezes payouts when money left that no book explains.</summary>
[GrainType("deposit-watcher")]
internal sealed class DepositWatcherGrain(
    DepositRows rows, PayoutChunks chunks, SolanaRailSource rails, IGrainFactory grains, ICheckpoint checkpoint)
    : Grain, IDepositWatcherGrain
{
    private const string Actor = "deposit-watcher";

    private DepositScan? _scan;

    public async Task Look(CancellationToken cancel = default)
    {
        if (rails.Rail is not { } rail)
        {
            return;
        }

        _scan ??= new DepositScan(
            rail, await SolanaRailSource.Genesis(rail, rows, cancel), rows, chunks, checkpoint, Freeze);
        var report = await _scan.Look(cancel);

        foreach (var deposit in report.Credited)
        {
            await grains.GetGrain<IDepositGrain>(deposit.Value).Check(cancel);
        }
    }

    private Task Freeze(string why, CancellationToken cancel) =>
        grains.GetGrain<IPayoutControlGrain>(0).Freeze(new AdminAct(Actor, why), cancel);
}
