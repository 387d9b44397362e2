using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Verification;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Verification;

/// <summary>Decides how often a device's texts of one model are checked.</summary>
[GrainType("audit-standing")]
internal sealed class AuditStandingGrain(
    [PersistentState("audit-standing")] IPersistentState<AuditStandingState> standing,
    IOptions<VerificationOptions> options,
    TimeProvider clock) : Grain, IAuditStandingGrain
{
    // None is too cheap to be looked at.
    private const double ValueMin = 0.01;
    private const double ValueMax = 100;

    public static string KeyOf(Domain.Devices.DeviceId device, string modelSha256) => $"{device}/{modelSha256}";

    public Task<double> Rate(Usdc charge, CancellationToken cancel = default) => Task.FromResult(AuditRate.Of(
        standing.State.Standing,
        ValueOf(charge),
        options.Value.AuditFloor,
        clock.GetUtcNow() < standing.State.WatchedUntil));

    public async Task Judged(
        AttemptId attempt, Usdc charge, LogitVerdict verdict, CancellationToken cancel = default)
    {
        var state = standing.State;

        if (state.Recent.Contains(attempt))
        {
            return;
        }

        var suspicion = state.Suspicion.After(verdict);
        var isSuspect = !verdict.Stands || suspicion.IsCheaper;

        await this.Save(standing, state with
        {
            Standing = isSuspect ? 0 : state.Standing + Earned(charge, verdict),
            Suspicion = suspicion.IsCheaper ? DriftSuspicion.None : suspicion,
            WatchedUntil = isSuspect ? clock.GetUtcNow() + options.Value.WatchedFor : state.WatchedUntil,
            Recent = [.. state.Recent.TakeLast(AuditStandingState.RecentMax - 1), attempt],
            Checked = state.Checked + 1,
            Failed = state.Failed + (verdict.Stands ? 0 : 1),
        });
    }

    /// <summary>However dear a text is, ten are needed; one in which nothing was compared earns nothing.</summary>
    private double Earned(Usdc charge, LogitVerdict verdict) =>
        verdict.Positions == 0 ? 0 : Math.Min(ValueOf(charge), 1);

    private double ValueOf(Usdc charge) =>
        Math.Clamp(charge.Micros / (double)options.Value.AverageCharge, ValueMin, ValueMax);
}
