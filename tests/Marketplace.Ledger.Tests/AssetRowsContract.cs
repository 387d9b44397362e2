using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests;

/// <summary>What accounts have stored, whatever engine counts it.</summary>
public abstract class AssetRowsContract
{
    private static readonly string One = new('1', 64);
    private static readonly string Two = new('2', 64);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<TestBook> Open();

    [Fact]
    public async Task A_file_counts_once_an_account()
    {
        await using var books = await Open();
        var rows = new AssetRows(books.Database, TimeProvider.System);

        Assert.Equal(0, await rows.Used(Customer(), Cancel));
        await rows.Put(Customer(), One, 100, Cancel);
        await rows.Put(Customer(), One, 70, Cancel);
        await rows.Put(Customer(), Two, 1L << 40, Cancel);
        await rows.Put(Customer(2), One, 70, Cancel);

        Assert.Equal((1L << 40) + 70, await rows.Used(Customer(), Cancel));
        Assert.Equal(70, await rows.Find(Customer(), One, Cancel));
        await rows.Remove(Customer(), Two, Cancel);
        Assert.Null(await rows.Find(Customer(), Two, Cancel));
        Assert.Equal((70, 70), (await rows.Used(Customer(), Cancel), await rows.Used(Customer(2), Cancel)));
    }
}
