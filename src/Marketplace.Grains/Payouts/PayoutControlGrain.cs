using Marketplace.Domain;
using Marketplace.Grains.Abstractions.Payouts;
using Marketplace.Ledger;

namespace Marketplace.Grains.Payouts;

/// <summary>Stops and releases all payouts. Lanes stop it themselves when something cannot be explained.</summary>
[GrainType("payout-control")]
internal sealed class PayoutControlGrain(
    [PersistentState("payout-control")] IPersistentState<PayoutControlState> control, IAuditLog audit)
    : Grain, IPayoutControlGrain
{
    private const string Subject = "payouts";

    public async Task Freeze(AdminAct act, CancellationToken cancel = default)
    {
        if (control.State.FrozenBecause is null)
        {
            await audit.Record(act.Actor, "payouts.freeze", Subject, act.Reason, cancel);
            await this.Save(control, control.State with { FrozenBecause = act.Reason });
        }
    }

    public async Task Unfreeze(AdminAct act, CancellationToken cancel = default)
    {
        if (control.State.FrozenBecause is not null)
        {
            await audit.Record(act.Actor, "payouts.unfreeze", Subject, act.Reason, cancel);
            await this.Save(control, control.State with { FrozenBecause = null });
        }
    }

    public Task<string?> FrozenBecause(CancellationToken cancel = default) =>
        Task.FromResult(control.State.FrozenBecause);
}
