using Marketplace.Domain.Ledger;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests;

/// <summary>The database refuses by itself what a mistaken program might try.</summary>
public abstract partial class BookContract
{
    private const string RawClaim =
        "INSERT INTO command(key, kind, request_hash, at_us) SELECT 'raw', 'raw', request_hash, 0 FROM command LIMIT 1";

    private const string Seq = "(SELECT seq FROM command WHERE key = 'raw')";

    [Fact]
    public async Task The_database_refuses_a_journal_that_does_not_balance()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 100);

        var error = await Refused(() => books.Sql(RawClaim, RawPosting(0, Chart.Treasury, 5), RawPosting(1, Chart.Available(Customer()), -4), RawJournal(2)));

        Assert.Contains("journal_unbalanced", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_database_refuses_a_journal_that_balances_only_across_assets()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 100);
        await Stand(books, Journals.Move("sol", Chart.FeePayer, Chart.SolCapital, 100));

        var error = await Refused(() => books.Sql(RawClaim, RawPosting(0, Chart.FeePayer, 5), RawPosting(1, Chart.Available(Customer()), -5), RawJournal(2)));

        Assert.Contains("journal_unbalanced", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_database_commits_no_unsealed_journal()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 100);

        await Refused(() => books.Sql(RawClaim, RawPosting(0, Chart.Treasury, 5), RawPosting(1, Chart.Available(Customer()), -5)));

        Assert.Equal(1, await books.Count("SELECT COUNT(*) FROM command"));
    }

    [Fact]
    public async Task The_database_refuses_a_wrong_number_of_legs_and_a_late_posting()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 100);
        var legs = new[] { RawClaim, RawPosting(0, Chart.Treasury, 5), RawPosting(1, Chart.Available(Customer()), -5) };

        var wrong = await Refused(() => books.Sql([.. legs, RawJournal(3)]));
        var late = await Refused(() => books.Sql([.. legs, RawJournal(2), RawPosting(2, Chart.Treasury, 1)]));

        Assert.Contains("journal_legs", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("journal_closed", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_database_refuses_a_balance_below_the_floor()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 100);
        await Hold(books, "h", Chart.Available(Customer()), 60);

        var error = await Refused(() => books.Sql($"UPDATE account SET balance = balance + 41 WHERE name = '{Chart.Available(Customer())}'"));

        Assert.Contains("account_floor", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE command SET key = 'other'")]
    [InlineData("DELETE FROM command")]
    [InlineData("UPDATE posting SET amount = 1")]
    [InlineData("DELETE FROM posting")]
    [InlineData("UPDATE journal SET legs = 3")]
    [InlineData("DELETE FROM journal")]
    [InlineData("DELETE FROM account")]
    [InlineData("UPDATE account SET floored = 0")]
    [InlineData("UPDATE audit SET reason = 'none'")]
    [InlineData("DELETE FROM audit")]
    [InlineData("DELETE FROM hold")]
    public async Task What_was_written_is_neither_changed_nor_deleted(string statement)
    {
        await using var books = await Open();
        await books.Fund(Customer(), 100);
        await Hold(books, "h", Chart.Available(Customer()), 60);
        await books.Audit.Record("key_1", "suspend", "prov_1", "fraud", Cancel);

        var error = await Refused(() => books.Sql(statement));

        Assert.Contains("append_only", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resolved_hold_is_not_opened_again()
    {
        await using var books = await Open();
        await books.Fund(Customer(), 100);
        await Hold(books, "h", Chart.Available(Customer()), 60);
        await books.Book.Post(new() { VoidHolds = ["h"] }, Cancel);

        var error = await Refused(() => books.Sql("UPDATE hold SET state = 'open' WHERE id = 'h'"));

        Assert.Contains("hold_resolved", error.Message, StringComparison.Ordinal);
    }

    private static string RawPosting(int leg, LedgerAccount account, long amount) =>
        $"""
        INSERT INTO posting(seq, leg, account_id, amount, balance_after, version_after)
        SELECT {Seq}, {leg}, id, {amount}, 0, 1000 FROM account WHERE name = '{account}'
        """;

    private static string RawJournal(int legs) => $"INSERT INTO journal(seq, legs) SELECT {Seq}, {legs}";
}
