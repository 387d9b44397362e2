using System.Globalization;
using Marketplace.Domain;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Abstractions.Payouts;
using Marketplace.Grains.Compliance;
using Marketplace.Ledger;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Payouts;
using Marketplace.Solana.Rpc;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payouts;

/// <summary>
/// Drives one <see cref="PayoutLane"/> by a timer while it has work. Its state is in the rows of the books; the lease
/// keeps a second activation from signing.
/// </summary>
[GrainType("payout-lane")]
internal sealed partial class PayoutLaneGrain(
    IBook book,
    IRegister register,
    PayoutChunks chunks,
    DepositRows deposits,
    SolanaRailSource rails,
    SanctionsSource sanctions,
    IGrainFactory grains,
    IOptions<PayoutOptions> options,
    TimeProvider clock,
    ICheckpoint checkpoint,
    ILogger<PayoutLaneGrain> log) : Grain, IPayoutLaneGrain
{
    private const int StepsPerTickMax = 16;

    private readonly string _holder = Guid.NewGuid().ToString("n");
    private PayoutLane? _lane;
    private IGrainTimer? _timer;
    private string? _trouble;

    public static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"lane_{number}");

    public Task Wake(CancellationToken cancel = default)
    {
        if (rails.Rail is not null && _timer is null)
        {
            _timer = this.RegisterGrainTimer(
                Tick, new GrainTimerCreationOptions(TimeSpan.Zero, options.Value.StepEvery) { KeepAlive = true });
        }

        return Task.CompletedTask;
    }

    public async Task<LaneView> Describe(CancellationToken cancel = default)
    {
        var name = this.GetPrimaryKeyString();
        var chunk = await chunks.Live(name, cancel);
        var frozen = await grains.GetGrain<IPayoutControlGrain>(0).FrozenBecause(cancel);

        return new LaneView(
            name,
            rails.Rail?.NonceAccountOf(name).ToString() ?? string.Empty,
            chunk?.Id.Value,
            chunk?.State.ToString(),
            frozen is not null,
            rails.Rail is null ? "no chain is configured" : _trouble ?? frozen);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _timer?.Dispose();

        if (_lane is not null)
        {
            await _lane.Leave(cancellationToken);
        }
    }

    private async Task Tick(CancellationToken cancel)
    {
        var report = LaneReport.Later;

        try
        {
            _lane ??= await Open(rails.Rail!, cancel);

            for (var steps = 0; steps < StepsPerTickMax; steps++)
            {
                report = await _lane.Step(cancel);

                if (report.Next != LaneNext.AtOnce)
                {
                    break;
                }
            }
        }
        catch (SolanaRpcException problem)
        {
            report = LaneReport.Stuck(problem.Message);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // What happened is in the rows: the next step looks there, so nothing is lost by going on.
            StepFailed(log, this.GetPrimaryKeyString(), problem);
            report = LaneReport.Stuck(problem.Message);
        }

        Settle(report);
    }

    private void Settle(LaneReport report)
    {
        if (report.Trouble is not null && report.Trouble != _trouble)
        {
            Stuck(log, this.GetPrimaryKeyString(), report.Trouble);
        }

        _trouble = report.Trouble;

        if (report.Next == LaneNext.WhenWoken)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private async Task<PayoutLane> Open(SolanaRail rail, CancellationToken cancel)
    {
        var name = this.GetPrimaryKeyString();

        return new PayoutLane(new LaneSetting
        {
            Lane = name,
            Holder = _holder,
            Chunks = chunks,
            Book = book,
            Cursors = deposits,
            Desk = new PayoutDesk(grains, register, sanctions, clock, name),
            Rail = rail,
            Genesis = await SolanaRailSource.Genesis(rail, deposits, cancel),
            Options = options.Value,
            Clock = clock,
            Checkpoint = checkpoint,
            NewChunk = () => ChunkId.From(Guid.CreateVersion7(clock.GetUtcNow())),
        });
    }
}
