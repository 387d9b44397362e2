using Marketplace.Domain;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Domain.Providers;
using Marketplace.Ledger.Compliance;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Compliance;

/// <summary>
/// Screens, keeps the verdict, and opens a case where people have to decide. The verdict's id follows from what was
/// asked and by which edition, so that whoever asks again after a crash gets the same verdict and the same case.
/// </summary>
internal sealed class ScreeningDesk(
    SanctionsSource source,
    ScreeningRows rows,
    ReviewRows reviews,
    IOptions<ComplianceOptions> options,
    TimeProvider clock)
{
    /// <summary>The reason of a case that is there because two people have to agree.</summary>
    private const string TwoPeople = "two-people";

    public Task<ListTrouble?> Trouble(CancellationToken cancel) => source.Trouble(cancel);

    /// <summary>Whether a provider has to say more about itself, whatever the amount is.</summary>
    public async Task<bool> IsDueDiligence(ProviderId provider, CancellationToken cancel) =>
        await rows.Newest(provider, cancel) is { Band: ScreenBand.DueDiligence };

    /// <summary>The verdict's id under the edition in use.</summary>
    public ScreeningId IdOf(ScreenAsk ask) => ScreeningId.From(PrefixedId.Derive(
        "screening",
        ask.Purpose.ToString(),
        ask.Subject,
        ask.Name,
        ask.Wallet ?? string.Empty,
        source.Screen?.List.Edition ?? Screening.NoList));

    public async Task<ScreenOutcome> Screen(
        ScreenAsk ask, PayoutId? payout, Usdc amount, CancellationToken cancel)
    {
        if (await source.Trouble(cancel) is { } trouble)
        {
            return new ScreenOutcome.NotNow(trouble);
        }

        var id = IdOf(ask);
        var verdict = await rows.Find(id, cancel) ?? await Judge(id, ask, cancel);

        // Where nothing is screened there is nothing to keep, but for money: its verdict shows that nothing was.
        verdict = verdict.Edition == Screening.NoList && !ask.IsAboutMoney
            ? verdict
            : await rows.Keep(verdict, cancel);

        return new ScreenOutcome.Screened(
            verdict,
            verdict.Band >= ScreenBand.Review || ask.AskedBy is not null
                ? await Open(verdict, ask.AskedBy, payout, amount, cancel)
                : null);
    }

    private async Task<Screening> Judge(ScreeningId id, ScreenAsk ask, CancellationToken cancel)
    {
        var screen = source.Screen;
        IReadOnlyList<ScreenHit> found =
            screen is null ? [] : [.. ask.Wallet is null ? [] : screen.Wallet(ask.Wallet), .. screen.Name(ask.Name)];
        var hits = await rows.WithoutCleared(ask.Provider, found, cancel);
        var risk = ask.Risk is null ? null : RiskRules.Score(ask.Risk);
        var other = ask.IsAboutMoney ? await reviews.Standing(ask.Provider, cancel) : null;
        var bands = hits.Select(hit => hit.Band)
            .Append(risk is null ? ScreenBand.Clear : options.Value.Risk.Band(risk.Points))
            .Append(other is null ? ScreenBand.Clear : ScreenBand.Review);

        return new()
        {
            Id = id,
            Purpose = ask.Purpose,
            Provider = ask.Provider,
            Name = ask.Name,
            Wallet = ask.Wallet,
            Edition = screen?.List.Edition ?? Screening.NoList,
            Hits = hits,
            Risk = risk,
            Band = bands.Max(),
            At = clock.GetUtcNow(),
            OtherReview = other?.Id.Value,
        };
    }

    /// <summary>
    /// A provider whose case has all that was found needs no second one with each edition of the list.
    /// </summary>
    private async Task<ReviewCase> Open(
        Screening verdict, Reviewer? askedBy, PayoutId? payout, Usdc amount, CancellationToken cancel)
    {
        var standing = payout is null ? await reviews.Standing(verdict.Provider, cancel) : null;
        var isKnown = standing is not null && standing.Band >= verdict.Band && verdict.Hits.All(hit =>
            standing.Hits.Any(known => (known.Party, known.Asked, known.Listed) == (hit.Party, hit.Asked, hit.Listed)));

        return isKnown ? standing! : await reviews.Open(
            new()
            {
                Id = ReviewId.From(PrefixedId.Derive("review", verdict.Id.Value)),
                Screening = verdict.Id,
                Purpose = verdict.Purpose,
                Provider = verdict.Provider,
                Payout = payout?.Value,
                Amount = amount,
                Band = verdict.Band,
                Reasons =
                [
                    .. verdict.Reasons(),
                    .. askedBy is null ? Array.Empty<RiskReason>() : [new(TwoPeople, 0, askedBy.Reason)],
                ],
                State = askedBy is null ? ReviewState.Open : ReviewState.Claimed,
                ClaimedBy = askedBy,

                // Who asked did not know yet what was found: where it is something, they have to ask again.
                ReleaseAskedBy = verdict.Band >= ScreenBand.Review ? null : askedBy,
                Hits = verdict.Hits,
                OpenedAt = clock.GetUtcNow(),
                DueAt = clock.GetUtcNow() + options.Value.ReviewWithin,
            },
            cancel);
    }
}
