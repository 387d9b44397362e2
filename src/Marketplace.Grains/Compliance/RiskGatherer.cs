using Marketplace.Domain.Accounts;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Providers;
using Marketplace.Ledger;
using Marketplace.Ledger.Payments;

namespace Marketplace.Grains.Compliance;

/// <summary>Gathers what the risk rules ask for.</summary>
internal sealed class RiskGatherer(
    IBook book, TopUpRows topUps, DepositRows deposits, ProofFailures proofs, TimeProvider clock)
{
    private const int LinesPerPage = 100;

    /// <summary>Pages of movements that are looked at; a busier account is judged by its newest ones.</summary>
    private const int PagesMax = 10;

    private const int MeanDays = 30;
    private static readonly string[] MoneyIn = ["deposit", "deposit-matched", "topup"];

    /// <summary>What went back was not spent.</summary>
    private static readonly string[] MoneyBack = ["card-refund", "usdc-refund", "blocked"];

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public async Task<RiskFacts> Gather(ProviderView provider, CancellationToken cancel) =>
        await Gather(provider.Account, provider.Id, cancel) with
        {
            WalletAge = clock.GetUtcNow() - provider.WalletChangedAt,
            CustomerOfSameWallet = provider.Wallet is { } wallet
                ? (await deposits.OwnerOfSender(wallet, cancel))?.Value
                : null,
        };

    /// <summary>
    /// The same for a customer who wants its balance back. A wallet that paid its own deposits is known; any other is
    /// new, and one that pays for somebody else is not the customer's.
    /// </summary>
    public async Task<RiskFacts> Gather(
        AccountId account, ProviderId party, string wallet, CancellationToken cancel)
    {
        var owner = await deposits.OwnerOfSender(wallet, cancel);

        return await Gather(account, party, cancel) with
        {
            WalletAge = owner == account ? null : TimeSpan.Zero,
            CustomerOfSameWallet = owner == account ? null : owner?.Value,
        };
    }

    private async Task<RiskFacts> Gather(AccountId account, ProviderId party, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var lines = await Movements(account, now - ((MeanDays + 1) * Day), cancel);
        var cards = await topUps.Since(account, now - (MeanDays * Day), cancel);
        var (failures, newest) = await proofs.Of(party, cancel);
        var spent = lines
            .Where(line => line.Amount.Micros < 0 && !MoneyBack.Contains(line.Kind, StringComparer.Ordinal))
            .ToArray();
        var spentLastDay = Sum(spent.Where(line => line.At > now - Day));
        var spentBefore = Sum(spent.Where(line => line.At <= now - Day));

        return new()
        {
            FailedCardsLastHour = cards.Count(one =>
                one.State == TopUpState.Failed && one.CreatedAt > now - TimeSpan.FromHours(1)),
            SpentLastDay = spentLastDay,
            SpentDailyMean = spentBefore.TimesFloor(1, MeanDays),
            Deposited = Sum(lines.Where(line => MoneyIn.Contains(line.Kind, StringComparer.Ordinal))),
            Spent = spentLastDay + spentBefore,
            ProofFailures = failures,
            NewestProofFailure = newest,
            Disputes = cards.Sum(one => one.Disputes.Count),
        };
    }

    private static Usdc Sum(IEnumerable<Movement> lines) => Usdc.FromMicros(
        lines.Aggregate(0L, (sum, line) => checked(sum + Math.Abs(line.Amount.Micros))));

    /// <summary>The account's movements since a time, positive where its balance rose.</summary>
    private async Task<IReadOnlyList<Movement>> Movements(
        AccountId account, DateTimeOffset since, CancellationToken cancel)
    {
        var available = Chart.Available(account);
        var found = new List<Movement>();
        long? before = null;

        for (var page = 0; page < PagesMax; page++)
        {
            var lines = await book.Statement(available, before, LinesPerPage, cancel);
            found.AddRange(lines.Where(line => line.At >= since).Select(line => new Movement(
                line.At, line.Kind, Usdc.FromMicros(available.Natural(line.Amount)))));

            if (lines.Count < LinesPerPage || lines[^1].At < since)
            {
                break;
            }

            before = lines[^1].Sequence;
        }

        return found;
    }

    private sealed record Movement(DateTimeOffset At, string Kind, Usdc Amount);
}
