using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Verification;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Verification;

/// <summary>Decides how often a device's texts of one model, or its units of renders, are checked.</summary>
[GrainType("audit-standing")]
internal sealed class AuditStandingGrain(
    [PersistentState("audit-standing")] IPersistentState<AuditStandingState> standing,
    IOptions<VerificationOptions> options,
    TimeProvider clock) : Grain, IAuditStandingGrain
{
    // None is too cheap to be looked at.
    private const double ValueMin = 0.01;
    private const double ValueMax = 100;

    private const string Render = "render";

    /// <summary>A device and a model.</summary>
    public static string KeyOf(DeviceId device, string modelSha256) => $"{device}/{modelSha256}";

    /// <summary>A device and all of its units of renders.</summary>
    public static string KeyOfRenders(DeviceId device) => $"{device}/{Render}";

    public Task<double> Rate(Usdc charge, CancellationToken cancel = default) => Task.FromResult(AuditRate.Of(
        standing.State.Standing,
        ValueOf(charge),
        options.Value.AuditFloor,
        clock.GetUtcNow() < standing.State.WatchedUntil));

    public async Task Judged(
        AttemptId attempt, Usdc charge, LogitVerdict verdict, CancellationToken cancel = default)
    {
        var suspicion = standing.State.Suspicion.After(verdict);
        await Count(
            attempt,
            isFault: !verdict.Stands,
            isSuspect: !verdict.Stands || suspicion.IsCheaper,
            verdict.Positions == 0 ? 0 : Earned(charge),
            suspicion.IsCheaper ? DriftSuspicion.None : suspicion);
    }

    public Task Found(AttemptId attempt, Usdc charge, bool stands, CancellationToken cancel = default) =>
        Count(attempt, isFault: !stands, isSuspect: !stands, Earned(charge), standing.State.Suspicion);

    public Task Doubted(AttemptId attempt, CancellationToken cancel = default) => Count(
        attempt, isFault: false, isSuspect: true, earned: 0, standing.State.Suspicion, checks: 0);

    private async Task Count(
        AttemptId attempt, bool isFault, bool isSuspect, double earned, DriftSuspicion suspicion, int checks = 1)
    {
        var state = standing.State;

        if (state.Recent.Contains(attempt))
        {
            return;
        }

        await this.Save(standing, state with
        {
            Standing = isSuspect ? 0 : state.Standing + earned,
            Suspicion = suspicion,
            WatchedUntil = isSuspect ? clock.GetUtcNow() + options.Value.WatchedFor : state.WatchedUntil,
            Recent = [.. state.Recent.TakeLast(AuditStandingState.RecentMax - 1), attempt],
            Checked = state.Checked + checks,
            Failed = state.Failed + (isFault ? 1 : 0),
        });
    }

    /// <summary>However dear a text or unit is, ten are needed; one that told nothing earns nothing.</summary>
    private double Earned(Usdc charge) => Math.Min(ValueOf(charge), 1);

    private double ValueOf(Usdc charge)
    {
        var isRender = this.GetPrimaryKeyString().EndsWith($"/{Render}", StringComparison.Ordinal);
        var average = isRender ? options.Value.AverageUnitCharge : options.Value.AverageCharge;

        return Math.Clamp(charge.Micros / (double)average, ValueMin, ValueMax);
    }
}
