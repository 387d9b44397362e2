using Marketplace.Domain.Accounts;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Payments;

namespace Marketplace.Grains.Payments;

/// <summary>Decides about an account's top-ups one at a time; it keeps nothing.</summary>
[GrainType("top-up-desk")]
internal sealed class TopUpDeskGrain(CardPayments payments, IGrainFactory grains) : Grain, ITopUpDeskGrain
{
    public async Task<TopUpOutcome> Open(NewTopUp wish, CancellationToken cancel = default)
    {
        var account = AccountId.Parse(this.GetPrimaryKeyString());
        var known = await grains.GetGrain<IAccountGrain>(account.Value).Describe(cancel);
        var outcome = await payments.Begin(account, known?.CreatedAt ?? DateTimeOffset.MaxValue, wish, cancel);

        if (outcome is not TopUpOutcome.Accepted)
        {
            return outcome;
        }

        try
        {
            var opened = await grains.GetGrain<ITopUpGrain>(wish.Id.Value).Look(cancel);
            return opened is null ? outcome : new TopUpOutcome.Accepted(opened);
        }
        catch (TimeoutException)
        {
            // It is stored and due: it opens as soon as the processor answers.
            return outcome;
        }
    }
}
