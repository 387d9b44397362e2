using Marketplace.Domain.Compliance;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Providers;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger.Compliance;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Compliance;

/// <summary>
/// What compliance has to say about one payout: before it is accepted, and before it goes into a chunk.
/// </summary>
internal sealed class PayoutScreening(
    ScreeningDesk desk,
    RiskGatherer risk,
    TravelRows travel,
    IOptions<ComplianceOptions> options,
    TimeProvider clock)
{
    public Usdc TravelRuleFrom => options.Value.TravelRuleFrom;

    public Task<ListTrouble?> Trouble(CancellationToken cancel) => desk.Trouble(cancel);

    public Task<bool> IsDueDiligence(ProviderId provider, CancellationToken cancel) =>
        desk.IsDueDiligence(provider, cancel);

    /// <summary>The verdict's id for this payout to its wallet, by the edition in use.</summary>
    public ScreeningId IdOf(PayoutId payout, PayoutState state, ProviderView provider) =>
        desk.IdOf(Ask(payout, state, provider));

    /// <summary>
    /// Screens a payout that was accepted; from the travel rule's amount on its record is kept as well.
    /// </summary>
    public async Task<ScreenOutcome> Screen(
        PayoutId payout, PayoutState state, ProviderView provider, CancellationToken cancel)
    {
        if (state.Amount >= TravelRuleFrom)
        {
            await travel.Keep(
                new(
                    payout,
                    state.Provider,
                    state.Amount,
                    state.Wallet,
                    options.Value.Originator,
                    provider.Identity ?? new(),
                    clock.GetUtcNow()),
                cancel);
        }

        var ask = Ask(payout, state, provider) with { Risk = await risk.Gather(provider, cancel) };
        return await desk.Screen(ask, payout, state.Amount, cancel);
    }

    private static ScreenAsk Ask(PayoutId payout, PayoutState state, ProviderView provider) => new(
        ScreenPurpose.Payout,
        state.Provider,
        provider.Identity?.LegalName ?? provider.Name,
        state.Wallet,
        payout.Value);
}
