using System.Globalization;
using Marketplace.Ledger.Verify;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Ledger.Tests.Simulation;

/// <summary>
/// Any sequence of events, judged step by step by a book that shares no code with ours. The suite runs a few short
/// ones; <c>infra/simulate-books.sh</c> runs long ones by setting the two variables.
/// </summary>
public abstract class SimulationContract
{
    private const string SeedsVariable = "MARKETPLACE_SIMULATION_SEEDS";
    private const string StepsVariable = "MARKETPLACE_SIMULATION_STEPS";
    private const int CompareEvery = 100;

    private static readonly string[] EventKinds =
    [
        "advance", "advance-earned", "blocked", "bond", "bond-released", "capital", "card-refund", "charge", "close",
        "deposit", "deposit-matched", "dispute-lost", "dispute-opened", "dispute-won", "from-cold", "fund", "holdback",
        "network-fee", "payout", "promo", "sla-cover", "sla-refund", "stripe-fee", "stripe-payout",
        "suspense-refund", "sweep", "to-cold", "topup", "unblocked", "usdc-bought", "usdc-refund", "write-off",
    ];

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<TestBook> Open();

    [Fact]
    public async Task Every_answer_and_every_balance_is_what_an_independent_book_says()
    {
        var (seeds, steps) = (Setting(SeedsVariable, 2), Setting(StepsVariable, 700));
        var seen = new HashSet<string>(StringComparer.Ordinal);

        for (var seed = 1; seed <= seeds; seed++)
        {
            await using var books = await Open();
            seen.UnionWith(await Run(books, seed, steps));
        }

        // A simulation in which something never happens proves nothing about it.
        Assert.Equal(
            ["Conflict", "Exists", "HoldNotOpen", "Insufficient", "Posted"],
            seen.Where(word => char.IsUpper(word[0])).Order(StringComparer.Ordinal));
        Assert.Equal(EventKinds, seen.Where(word => char.IsLower(word[0])).Order(StringComparer.Ordinal));
    }

    /// <summary>A month of a market, added up again by hledger.</summary>
    [Fact]
    public async Task Hledger_agrees_on_every_account_of_a_simulated_month()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
        Assert.SkipUnless(
            path.Any(folder => File.Exists(Path.Combine(folder, HledgerBook.Program))), "hledger is not installed.");
        await using var books = await Open();
        await Run(books, seed: 42, steps: 600);
        var file = Path.GetTempFileName();

        try
        {
            var report = await new BooksAudit(books.Database, TimeProvider.System).Verify(
                new BooksEvidence { Independent = new HledgerBook(file) }, cancel: Cancel);
            var found = report.Invariants.Single(invariant => invariant.Id == "16");

            Assert.True(found.Standing == Standing.Holds, string.Join('\n', found.Findings));
            Assert.True(new FileInfo(file).Length > 10_000);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Without_hledger_the_export_is_written_and_the_comparison_is_told_as_not_made()
    {
        await using var books = await Open();
        await Run(books, seed: 7, steps: 30);
        var file = Path.GetTempFileName();

        try
        {
            var report = await new BooksAudit(books.Database, TimeProvider.System).Verify(
                new BooksEvidence { Independent = new HledgerBook(file, "hledger-that-is-not-there") }, cancel: Cancel);
            var found = report.Invariants.Single(invariant => invariant.Id == "16");

            Assert.Equal(Standing.Unreachable, found.Standing);
            Assert.Contains("commodity", await File.ReadAllTextAsync(file, Cancel), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static int Setting(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value)
            ? value
            : otherwise;

    private static async Task<HashSet<string>> Run(TestBook books, int seed, int steps)
    {
        var world = new MarketSimulation(seed);
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var book = new Book(books.Database, clock);
        var seen = new HashSet<string>(StringComparer.Ordinal);

        for (var at = 1; at <= steps; at++)
        {
            clock.Advance(world.Pause(steps));
            var step = world.Next();
            var outcome = await book.Post(step.Entry, Cancel);
            var expected = step.Judge(world.Reference);
            Assert.True(
                outcome.GetType().Name == expected, $"seed {seed}, step {at}, {step.What}: {outcome}, not {expected}");

            seen.Add(expected);

            if (outcome is PostOutcome.Posted)
            {
                seen.UnionWith(step.Entry.Journals.Where(journal => !journal.IsEmpty).Select(journal => journal.Kind));
                step.Then?.Invoke();
            }

            if (at % CompareEvery == 0 || at == steps)
            {
                await Compare(book, world, at);
            }
        }

        var report = await new BooksAudit(books.Database, clock).Verify(cancel: Cancel);
        Assert.All(
            report.Invariants.Where(found => char.IsAsciiDigit(found.Id[0])),
            found => Assert.True(found.Standing != Standing.Broken, $"seed {seed}: {found.Id} {string.Join("; ", found.Findings)}"));
        return seen;
    }

    private static async Task Compare(Book book, MarketSimulation world, int at)
    {
        var lines = (await book.TrialBalance(Cancel))
            .GroupBy(line => line.Account.StartsWith("I:usdc:fee:", StringComparison.Ordinal) ? "I:usdc:fee" : line.Account)
            .ToDictionary(group => group.Key, group => (group.Sum(line => line.Balance), group.Sum(line => line.Held)));

        foreach (var (account, balance) in world.Reference.Balances)
        {
            var (found, held) = lines.GetValueOrDefault(account);
            Assert.True(
                (found, held) == (balance, world.Reference.Held(account)),
                $"seed {world.Seed}, step {at}, {account}: {found} held {held}, the reference says {balance} held "
                + $"{world.Reference.Held(account)}");
        }

        Assert.All(
            lines.Where(line => !world.Reference.Balances.ContainsKey(line.Key)),
            line => Assert.Equal((0, 0), line.Value));
        Assert.All(world.Outside, outside => Assert.Equal(outside.Value, lines.GetValueOrDefault(outside.Key).Item1));
        Assert.All(
            lines.GroupBy(line => line.Key.Split(':')[1]), asset => Assert.Equal(0, asset.Sum(line => line.Value.Item1)));
    }
}
