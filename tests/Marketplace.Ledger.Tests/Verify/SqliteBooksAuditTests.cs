using Marketplace.Ledger.Verify;

namespace Marketplace.Ledger.Tests.Verify;

public sealed class SqliteBooksAuditTests : BooksAuditContract
{
    /// <summary>What a hand with the file does: the triggers are dropped first.</summary>
    [Theory]
    [InlineData("UPDATE account SET balance = balance - 1 WHERE name = 'A:usd:stripe'", "1", "3")]
    [InlineData("UPDATE posting SET amount = amount + 1 WHERE seq = 1 AND leg = 0", "1", "2", "3")]
    [InlineData("DELETE FROM posting WHERE seq = 4", "2", "3", "10a")]
    [InlineData("UPDATE posting SET balance_after = balance_after + 1 WHERE seq = 4 AND leg = 0", "3")]
    [InlineData("UPDATE account SET floored = 0 WHERE name = 'A:usd:disputed'", "4")]
    [InlineData("UPDATE account SET held = 5 WHERE name = 'A:usd:disputed'", "6")]
    [InlineData("UPDATE receipt SET body = '{}' WHERE seq = 1", "15b")]
    public async Task A_hand_with_the_file_is_found(string forgery, params string[] broken)
    {
        await using var books = await Opened();
        await books.Sql(
            "DROP TRIGGER posting_no_update", "DROP TRIGGER posting_no_delete", "DROP TRIGGER account_fixed",
            "DROP TRIGGER receipt_no_update");
        await books.Sql(forgery);
        var report = await Audit(books).Verify(cancel: Cancel);

        Assert.Equal(broken, report.Invariants.Where(found => found.Standing == Standing.Broken).Select(found => found.Id));
    }

    protected override Task<TestBook> Open() => SqliteFiles.Open();
}
