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
    private ISettlementLane? _lane;
    private IGrainTimer? _timer;
    private string? _trouble;

    private ISettlementRail? Rail => rails.OfLane(this.GetPrimaryKeyString(), options.Value.Lanes);

    public Task Wake(CancellationToken cancel = default)
    {
        if (_timer is not null)
        {
            // Somebody has reason to look now.
            _timer.Change(TimeSpan.Zero, options.Value.StepEvery);
        }
        else if (Rail is not null)
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
            Rail?.LaneAccount(name) ?? string.Empty,
            chunk?.Id.Value,
            chunk?.State.ToString(),
            frozen is not null,
            Rail is null ? "no rail with this lane is configured" : _trouble ?? frozen);
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
            _lane ??= await Open(Rail!, cancel);

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

    private async Task<ISettlementLane> Open(ISettlementRail rail, CancellationToken cancel)
    {
        var name = this.GetPrimaryKeyString();
        var setting = new LaneSetting
        {
            Lane = name,
            Holder = _holder,
            Chunks = chunks,
            Book = book,
            Cursors = deposits,
            Desk = new PayoutDesk(grains, register, sanctions, clock, name, rail.Name),
            Options = options.Value,
            Clock = clock,
            Checkpoint = checkpoint,
            NewChunk = () => ChunkId.From(Guid.CreateVersion7(clock.GetUtcNow())),
        };
        return rail.OpenLane(await rail.Chain(deposits, cancel), setting);
    }
}
