using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Abstractions.Payouts;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payouts;

/// <summary>One for the whole cluster, since the float is one. It counts; the books hold the money.</summary>
[GrainType("instant-payouts")]
internal sealed class InstantPayoutGrain(
    [PersistentState("instant-payouts")] IPersistentState<InstantPayoutState> instant,
    IOptions<PayoutOptions> options,
    TimeProvider clock) : Grain, IInstantPayoutGrain
{
    /// <summary>Uses within a day; one more goes out as a standard payout.</summary>
    private const int UsesMax = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromDays(1);

    public Task<InstantView> Describe(CancellationToken cancel = default) =>
        Task.FromResult(new InstantView(options.Value.Ladder, Used(Recent())));

    public async Task<InstantQuote?> Reserve(PayoutId payout, Usdc amount, CancellationToken cancel = default)
    {
        var recent = Recent();

        if (recent.FirstOrDefault(use => use.Payout == payout) is { } known)
        {
            return known.Quote;
        }

        if (recent.Length >= UsesMax || options.Value.Ladder.Quote(Used(recent), amount) is not { } quote)
        {
            return null;
        }

        var use = new InstantUse(payout, amount, quote, clock.GetUtcNow());
        await this.Save(instant, instant.State with { Uses = [.. recent, use] });
        return quote;
    }

    public async Task Release(PayoutId payout, CancellationToken cancel = default)
    {
        var rest = Recent().Where(use => use.Payout != payout).ToArray();

        if (rest.Length != instant.State.Uses.Count)
        {
            await this.Save(instant, instant.State with { Uses = rest });
        }
    }

    private static Usdc Used(IEnumerable<InstantUse> uses) =>
        uses.Aggregate(Usdc.Zero, (sum, use) => sum + use.Amount);

    private InstantUse[] Recent()
    {
        var since = clock.GetUtcNow() - Window;
        return [.. instant.State.Uses.Where(use => use.At > since)];
    }
}
