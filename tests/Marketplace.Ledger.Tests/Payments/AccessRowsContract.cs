using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Ledger.Payments;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests.Payments;

public abstract class AccessRowsContract
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<TestBook> Open();

    [Fact]
    public async Task Calls_of_one_hour_are_one_line_from_the_first_to_the_last()
    {
        await using var books = await Open();
        var rows = new AccessRows(books.Database);
        await rows.Add([Line(10, calls: 2), Line(65)], Cancel);
        await rows.Add([Line(5), Line(30), Line(20, what: "GET /v1/jobs"), Line(1, customer: 2)], Cancel);

        Assert.Equal(
            [Line(65), Line(5) with { Calls = 4, Last = Noon.AddMinutes(30) }, Line(20, what: "GET /v1/jobs")],
            await rows.Since(Customer(), Noon, 10, Cancel));
        Assert.Equal([Line(65)], await rows.Since(Customer(), Noon.AddMinutes(40), 10, Cancel));
        Assert.Equal([Line(65)], await rows.Since(Customer(), Noon, 1, Cancel));
    }

    [Fact]
    public async Task What_is_too_old_is_forgotten_and_nothing_else()
    {
        await using var books = await Open();
        var rows = new AccessRows(books.Database);
        await rows.Add([.. Enumerable.Range(0, 3).Select(hour => Line(60 * hour))], Cancel);

        Assert.Equal(2, await rows.Forget(Noon.AddMinutes(130), Cancel));
        Assert.Equal(0, await rows.Forget(Noon.AddMinutes(130), Cancel));
        Assert.Equal([Line(120)], await rows.Since(Customer(), Noon, 10, Cancel));
    }

    private static AccountAccess Line(
        int minute, string what = "POST /v1/jobs", long calls = 1, int customer = 1) => new(
        Customer(customer),
        ApiKeyId.From(PrefixedId.Derive("key", "1")),
        "192.0.2.7",
        what,
        calls,
        Noon.AddMinutes(minute),
        Noon.AddMinutes(minute));
}

public sealed class SqliteAccessRowsTests : AccessRowsContract
{
    protected override Task<TestBook> Open() => SqliteFiles.Open();
}

[Trait("Category", "Postgres")]
public sealed class PostgresAccessRowsTests : AccessRowsContract
{
    protected override Task<TestBook> Open() => PostgresDatabases.Open();
}
