using Marketplace.Ledger.Verify;

namespace Marketplace.Ledger.Tests.Seals;

public sealed class SqliteSealTests : SealContract
{
    [Theory]
    [InlineData("UPDATE command SET key = 'other' WHERE seq = 4")]
    [InlineData("UPDATE command SET at_us = at_us + 1 WHERE seq = 14")]
    [InlineData("UPDATE posting SET amount = -amount WHERE seq = 4")]
    [InlineData("DELETE FROM posting WHERE seq = 20")]
    [InlineData("DELETE FROM posting WHERE seq = 10")]
    [InlineData("UPDATE seal SET hash = prev_hash WHERE block = 2")]
    [InlineData("DELETE FROM seal WHERE block = 1")]
    public async Task What_was_sealed_cannot_be_changed_unnoticed(string forgery)
    {
        await using var books = await Open();
        await Post(books, 25);
        await SealAll(books);
        await books.Sql(
            "DROP TRIGGER posting_no_update", "DROP TRIGGER posting_no_delete", "DROP TRIGGER command_no_update",
            "DROP TRIGGER seal_no_update", "DROP TRIGGER seal_no_delete");
        await books.Sql(forgery);

        Assert.Equal(Standing.Broken, (await Check(books)).Standing);
    }

    protected override Task<TestBook> Open() => SqliteFiles.Open();
}
