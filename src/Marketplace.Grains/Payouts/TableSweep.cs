using Marketplace.Domain;
using Marketplace.Grains.Compliance;
using Marketplace.Ledger;
using Marketplace.Ledger.Payments;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payouts;

/// <summary>
/// Keeps the lookup tables of every rail that has them. A fault waits for the next turn: payouts never wait for this.
/// </summary>
internal sealed partial class TableSweep(
    SolanaRailSource rails,
    IBook book,
    IRegister register,
    DepositRows deposits,
    SanctionsSource sanctions,
    IGrainFactory grains,
    IOptions<PayoutOptions> options,
    TimeProvider clock,
    ICheckpoint checkpoint,
    ILogger<TableSweep> log)
    : BackgroundService
{
    private const string Holder = "lookup-tables";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TableKeeper[] keepers =
        [
            .. rails.Rails.OfType<SolanaRail>().Where(rail => rail.Tables is not null)
                .Select(rail => new TableKeeper(rail, rail.Tables!, new TableSetting
                {
                    Deposits = deposits,
                    Fees = new NetworkFees(book),
                    Desk = new PayoutDesk(grains, register, sanctions, clock, Holder, rail.Name),
                    Options = options.Value,
                    Clock = clock,
                    Checkpoint = checkpoint,
                    Log = log,
                })),
        ];

        if (keepers.Length == 0)
        {
            return;
        }

        using var pace = new PeriodicTimer(options.Value.SweepEvery, clock);

        try
        {
            do
            {
                foreach (var keeper in keepers)
                {
                    await Turn(keeper, stoppingToken);
                }
            }
            while (await pace.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task Turn(TableKeeper keeper, CancellationToken stopping)
    {
        try
        {
            await keeper.Step(stopping);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            Missed(log, fault);
        }
    }

    [LoggerMessage(EventId = 5130, Level = LogLevel.Warning,
        Message = "A turn over lookup tables failed; the next one tries again")]
    private static partial void Missed(ILogger log, Exception fault);
}
