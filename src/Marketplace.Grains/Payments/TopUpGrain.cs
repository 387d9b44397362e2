using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Grains.Abstractions.Payouts;
using Marketplace.Grains.Ledger;
using Marketplace.Stripe;

namespace Marketplace.Grains.Payments;

/// <summary>One top-up. It keeps no state of its own: its row changes together with the books.</summary>
[GrainType("top-up")]
internal sealed class TopUpGrain(CardPayments payments, AdminActs acts, IGrainFactory grains)
    : Grain, ITopUpGrain, ITopUpCaseGrain
{
    private TopUpId Id => TopUpId.Parse(this.GetPrimaryKeyString());

    public Task<TopUp?> Describe(CancellationToken cancel = default) => payments.Find(Id, cancel);

    public Task<TopUp?> Look(CancellationToken cancel = default) => Look(null, cancel);

    public async Task<bool> LookAfter(string? session, string? paymentIntent, CancellationToken cancel = default) =>
        await Look(new OwnedObject(Id.Value, session, paymentIntent), cancel) is not null;

    public async Task<CardRefundOutcome> Refund(
        AccountId account, CardRefundId refund, Cents amount, CancellationToken cancel = default) =>
        await grains.GetGrain<IPayoutControlGrain>(0).FrozenBecause(cancel) is { } why
            ? new CardRefundOutcome.Frozen(why)
            : await payments.Refund(Id, account, refund, amount, cancel);

    public async Task<TopUp?> SendEvidence(string dispute, AdminAct act, CancellationToken cancel = default)
    {
        if ((await payments.Find(Id, cancel))?.Disputes.Any(one => one.Id == dispute) != true)
        {
            return null;
        }

        await acts.Record(act, "dispute.send-evidence", dispute, cancel);
        return await payments.DecideEvidence(Id, dispute, cancel) ? await Look(null, cancel) : null;
    }

    /// <summary>The processor's own exceptions stay here: others know no such type.</summary>
    private async Task<TopUp?> Look(OwnedObject? hint, CancellationToken cancel)
    {
        string why;

        try
        {
            return await payments.Look(Id, hint, cancel);
        }
        catch (StripeReadException problem)
        {
            why = problem.Message;
        }

        throw new TimeoutException($"The card processor does not answer: {why}");
    }
}
