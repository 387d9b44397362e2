using Marketplace.Domain;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Grains.Abstractions.Payouts;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Payouts;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payments;

/// <summary>Runs the scan and tells the deposits; freezes payouts when money left that no book explains.</summary>
[GrainType("deposit-watcher")]
internal sealed class DepositWatcherGrain(
    DepositRows rows,
    DepositAddressRows addresses,
    DepositKeySource keys,
    PayoutChunks chunks,
    IBook book,
    SolanaRailSource rails,
    IOptions<DepositOptions> options,
    IGrainFactory grains,
    ICheckpoint checkpoint)
    : Grain, IDepositWatcherGrain
{
    private const string Actor = "deposit-watcher";

    private readonly Dictionary<RailName, IDepositSource> _sources = [];

    public async Task Look(CancellationToken cancel = default)
    {
        var faults = new List<Exception>();

        foreach (var rail in rails.Rails)
        {
            try
            {
                await Look(rail, cancel);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                // A rail that cannot be reached keeps no other from being looked at.
                faults.Add(new InvalidOperationException($"rail {rail.Name}: {problem.Message}", problem));
            }
        }

        if (faults.Count > 0)
        {
            throw new AggregateException(faults);
        }
    }

    private async Task Look(ISettlementRail rail, CancellationToken cancel)
    {
        if (!_sources.TryGetValue(rail.Name, out var source))
        {
            var setting = new DepositSetting(rows, chunks, checkpoint, Freeze)
            {
                Standing = rail.Name == RailName.Solana && keys.Keys is { } seed
                    ? new StandingSetting(addresses, seed, new NetworkFees(book), options.Value.SweepMin)
                    : null,
            };
            source = rail.OpenDeposits(await rail.Chain(rows, cancel), setting);
            _sources.Add(rail.Name, source);
        }

        foreach (var deposit in (await source.Look(cancel)).Credited)
        {
            await grains.GetGrain<IDepositGrain>(deposit.Value).Check(cancel);
        }
    }

    private Task Freeze(string why, CancellationToken cancel) =>
        grains.GetGrain<IPayoutControlGrain>(0).Freeze(new AdminAct(Actor, why), cancel);
}
