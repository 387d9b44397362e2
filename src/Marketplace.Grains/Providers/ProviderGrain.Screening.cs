using Marketplace.Domain;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Ledger;
using Marketplace.Grains.Abstractions.Providers;
using Marketplace.Grains.Compliance;

namespace Marketplace.Grains.Providers;

internal sealed partial class ProviderGrain : IProviderCaseGrain
{
    /// <summary>Who is named in the audit log where nobody acted.</summary>
    private const string Screener = "screening";

    private const string SuspendAction = "provider.suspend";
    private const string ResumeAction = "provider.resume";

    /// <summary>The legal name when it is told, the name for renters until then.</summary>
    private string ScreenedName => provider.State.Identity?.LegalName ?? provider.State.Name!;

    public async Task<WalletOutcome> SetWallet(string address, CancellationToken cancel = default)
    {
        RequireOpen();

        if (provider.State.Wallet != address)
        {
            var outcome = await Screen(ScreenPurpose.Wallet, address, cancel);

            if (outcome is ScreenOutcome.NotNow not)
            {
                return new WalletOutcome.NotNow(not.Trouble.Code, not.Trouble.Why);
            }

            var screened = (ScreenOutcome.Screened)outcome;

            if (screened.Review is { State: not ReviewState.Cleared } review
                && screened.Verdict.Hits.Any(hit => hit.Field == ScreenHit.WalletField))
            {
                await acts.Record(
                    new(Screener, $"{review.Id}: a sanctions list names {address}"),
                    "provider.wallet-refused",
                    Id.Value,
                    cancel);
                return new WalletOutcome.Sanctioned(review.Id.Value);
            }

            await this.Save(provider, provider.State with { Wallet = address, WalletChangedAt = clock.GetUtcNow() });
            await SeeTo(screened, cancel);
        }

        await register.Put([Row()], cancel);
        return new WalletOutcome.Set(View());
    }

    public async Task<ProviderView> SetIdentity(ProviderIdentity identity, CancellationToken cancel = default)
    {
        RequireOpen();

        if (provider.State.Identity != identity)
        {
            await this.Save(provider, provider.State with { Identity = identity });
        }

        await ScreenNow(ScreenPurpose.Onboarding, cancel);
        return View();
    }

    public Task ScreenAgain(CancellationToken cancel = default) =>
        provider.State.Name is null ? Task.CompletedTask : ScreenNow(ScreenPurpose.Refresh, cancel);

    public async Task Decided(ReviewCase review, CancellationToken cancel = default)
    {
        RequireOpen();
        var reason = SuspensionOf(review.Id);

        if (review.State == ReviewState.Cleared && provider.State.SuspendedReason == reason)
        {
            await acts.Record(new(review.DecidedBy!.Key, reason), ResumeAction, Id.Value, cancel);
            await Stand(suspendedReason: null, cancel);
        }
        else if (review.State == ReviewState.Blocked && provider.State.SuspendedReason is null)
        {
            await acts.Record(new(review.DecidedBy!.Key, reason), SuspendAction, Id.Value, cancel);
            await Stand(reason, cancel);
        }
    }

    private static string SuspensionOf(ReviewId review) => $"compliance: case {review}";

    /// <summary>
    /// Where nobody can be screened now the provider goes on: each payout is screened again before it goes out.
    /// </summary>
    private async Task ScreenNow(ScreenPurpose purpose, CancellationToken cancel)
    {
        if (await Screen(purpose, provider.State.Wallet, cancel) is ScreenOutcome.Screened screened)
        {
            await SeeTo(screened, cancel);
        }
    }

    private Task<ScreenOutcome> Screen(ScreenPurpose purpose, string? wallet, CancellationToken cancel) =>
        screening.Screen(new(purpose, Id, ScreenedName, wallet, Id.Value), null, Usdc.Zero, cancel);

    /// <summary>Who is stopped gets no more work and no payout until people have decided the case.</summary>
    private async Task SeeTo(ScreenOutcome.Screened screened, CancellationToken cancel)
    {
        if (screened is { Verdict.Band: ScreenBand.Block, Review: { State: not ReviewState.Cleared } review }
            && provider.State.SuspendedReason is null)
        {
            var reason = SuspensionOf(review.Id);
            await acts.Record(new AdminAct(Screener, reason), SuspendAction, Id.Value, cancel);
            await Stand(reason, cancel);
        }
    }
}
