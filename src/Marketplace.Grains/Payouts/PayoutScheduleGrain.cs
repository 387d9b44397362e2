using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Payouts;
using Marketplace.Grains.Ledger;
using Marketplace.Ledger;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payouts;

/// <summary>
/// Asks for a provider's payouts by its schedule. The payout of a run is named after the run, so a run that is repeated
/// after a crash asks for the same one.
/// </summary>
[GrainType("payout-schedule")]
internal sealed class PayoutScheduleGrain(
    [PersistentState("payout-schedule")] IPersistentState<PayoutScheduleState> schedule,
    IBook book,
    IRegister register,
    IGrainFactory grains,
    IOptions<PayoutOptions> options,
    TimeProvider clock) : Grain, IPayoutScheduleGrain
{
    private const string TooLittle = "less than the minimum is payable";

    private ProviderId Provider => ProviderId.Parse(this.GetPrimaryKeyString());

    private ScheduleView View =>
        new(schedule.State.Schedule, schedule.State.NextAt, schedule.State.LastOutcome);

    public Task<ScheduleView> Describe(CancellationToken cancel = default) => Task.FromResult(View);

    public async Task<ScheduleView> Set(PayoutSchedule wanted, CancellationToken cancel = default)
    {
        if (wanted != schedule.State.Schedule)
        {
            await Store(
                schedule.State with { Schedule = wanted, NextAt = wanted.Next(clock.GetUtcNow()) }, cancel);
        }

        return View;
    }

    public async Task Run(CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();

        if (schedule.State.NextAt is not { } due || due > now)
        {
            // The register may lag behind a crash: what it says is set right again.
            await register.Put([Row(schedule.State)], cancel);
            return;
        }

        var payable = Usdc.FromMicros((await book.Balance(Chart.Payable(Provider), cancel)).Free);
        var amount = schedule.State.Schedule.Due(payable, options.Value.Terms.Minimum, options.Value.TransactionMax);
        var outcome = amount == Usdc.Zero ? TooLittle : await Ask(amount, due, cancel);

        await Store(
            schedule.State with { NextAt = schedule.State.Schedule.Next(now), LastOutcome = outcome }, cancel);
    }

    private async Task<string> Ask(Usdc amount, DateTimeOffset run, CancellationToken cancel)
    {
        var id = PayoutId.From(PrefixedId.Derive("scheduled payout", $"{Provider} {run:O}"));
        var outcome = await grains.GetGrain<IPayoutGrain>(id.Value).Request(Provider, amount, cancel);

        return outcome switch
        {
            // Asked for before a crash, with what was payable then.
            PayoutOutcome.Accepted or PayoutOutcome.KeyTaken => id.Value,
            PayoutOutcome.WalletLocked locked => $"the wallet is locked until {locked.Until:O}",
            PayoutOutcome.NoWallet => "no wallet is set",
            PayoutOutcome.TooMany many => $"{many.PerDay} payouts a day are the most",
            PayoutOutcome.Frozen frozen => $"payouts are stopped: {frozen.Why}",
            PayoutOutcome.Suspended => "the provider is suspended",
            PayoutOutcome.IdentityMissing missing =>
                $"the identity misses {string.Join(", ", missing.Fields)}",
            _ => TooLittle,
        };
    }

    private async Task Store(PayoutScheduleState next, CancellationToken cancel)
    {
        await this.Save(schedule, next);
        await register.Put([Row(next)], cancel);
    }

    private RegisterRow Row(PayoutScheduleState state) => new(
        RegisterKinds.PayoutSchedule,
        Provider.Value,
        Provider.Value,
        state.NextAt is null ? "off" : "on",
        ListDetail.Write(new { cadence = state.Schedule.Cadence, nextAt = state.NextAt }),
        state.NextAt);
}
