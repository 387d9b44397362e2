using Marketplace.Domain;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Providers;
using Marketplace.Ledger.Compliance;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Compliance;

/// <summary>What compliance has to say about one refund in USDC, as it has about payouts.</summary>
internal sealed class RefundScreening(
    ScreeningDesk desk,
    SanctionsSource sanctions,
    RiskGatherer risk,
    TravelRows travel,
    IOptions<ComplianceOptions> options,
    TimeProvider clock)
{
    public Task<ListTrouble?> Trouble(CancellationToken cancel) => desk.Trouble(cancel);

    /// <summary>Whether the list in use names a wallet.</summary>
    public bool IsListed(string wallet) => sanctions.Screen?.Wallet(wallet).Any() == true;

    /// <summary>The fields of the beneficiary that this refund wants and that are not told.</summary>
    public async Task<IReadOnlyList<string>> Missing(UsdcRefund refund, CancellationToken cancel) =>
        refund.Amount >= options.Value.TravelRuleFrom || await desk.IsDueDiligence(Party(refund), cancel)
            ? refund.Beneficiary.Missing()
            : [];

    /// <summary>The verdict's id for this refund to its wallet, by the edition in use.</summary>
    public ScreeningId IdOf(UsdcRefund refund, string name) => desk.IdOf(Ask(refund, name));

    /// <summary>
    /// Screens a refund that was accepted. One of a deposit that nobody owns always opens a case: two people send it.
    /// </summary>
    public async Task<ScreenOutcome> Screen(UsdcRefund refund, string name, CancellationToken cancel)
    {
        var ask = Ask(refund, name);

        if (refund.Amount >= options.Value.TravelRuleFrom)
        {
            await travel.Keep(
                new(
                    refund.Id,
                    ask.Provider,
                    refund.Amount,
                    refund.Wallet,
                    options.Value.Originator,
                    refund.Beneficiary,
                    clock.GetUtcNow()),
                cancel);
        }

        return await desk.Screen(
            refund.Account is { } account
                ? ask with { Risk = await risk.Gather(account, ask.Provider, refund.Wallet, cancel) }
                : ask with { AskedBy = refund.Screening is null ? refund.AskedBy : null },
            refund.Id,
            refund.Amount,
            cancel);
    }

    /// <summary>
    /// Who is screened. A customer is the provider that it is or would become, so that what is known of one is known of
    /// the other; who sent a deposit that nobody owns has a name of its own.
    /// </summary>
    private static ProviderId Party(UsdcRefund refund) => ProviderId.From(refund.Account is { } account
        ? PrefixedId.Derive("provider", account.Value)
        : PrefixedId.Derive("suspense", refund.Deposit!));

    private static ScreenAsk Ask(UsdcRefund refund, string name) => new(
        refund.Account is null ? ScreenPurpose.SuspenseRefund : ScreenPurpose.Refund,
        Party(refund),
        refund.Beneficiary.LegalName ?? name,
        refund.Wallet,
        refund.Id.Value);
}
