using Marketplace.Domain.Ledger;
using static Marketplace.Ledger.Tests.TestBook;

namespace Marketplace.Ledger.Tests;

public abstract partial class BookContract
{
    [Fact]
    public async Task An_entry_is_written_with_its_cover_and_refused_below_it()
    {
        await using var books = await Open();
        await Accrue(books, 1, 100);
        await books.Book.Post(new Entry { Holds = [new("h", Chart.Accrued(Provider()), 20)] }, Cancel);

        Assert.Equal(
            new PostOutcome.Uncovered(Chart.Accrued(Provider()), 80, 81),
            await books.Book.Post(Advance(1, 81), Cancel));
        Assert.Equal(0, await books.Count("SELECT COUNT(*) FROM command WHERE kind = 'advance'"));
        Assert.IsType<PostOutcome.Posted>(await books.Book.Post(Advance(1, 80), Cancel));
    }

    [Fact]
    public async Task An_entry_that_stands_stays_so_when_its_cover_is_gone()
    {
        await using var books = await Open();
        await Accrue(books, 1, 100);
        await books.Book.Post(Advance(1, 80), Cancel);
        await books.Book.Post(Entry.Of(LeaseJournals.Holdback(Provider(), "1", Micros(100))), Cancel);

        Assert.IsType<PostOutcome.Exists>(await books.Book.Post(Advance(1, 80), Cancel));
    }

    [Fact]
    public async Task Of_an_advance_and_the_release_of_what_secures_it_the_first_decides()
    {
        await using var books = await Open();
        using var second = new Book(books.Database, TimeProvider.System);
        const int Pairs = 40;

        for (var n = 1; n <= Pairs; n++)
        {
            await Accrue(books, n, 100);
        }

        var outcomes = await Task.WhenAll(Enumerable.Range(1, Pairs).Select(async n =>
        {
            var release = second.Post(Entry.Of(LeaseJournals.Holdback(Provider(n), "1", Micros(60))), Cancel);
            var advance = books.Book.Post(Advance(n, 80), Cancel);
            return (Released: await release, Advanced: await advance);
        }));

        Assert.All(outcomes, pair =>
        {
            var released = Assert.IsType<PostOutcome.Posted>(pair.Released).Sequence;
            Assert.True(
                pair.Advanced is PostOutcome.Uncovered or PostOutcome.Posted,
                $"neither granted nor refused: {pair.Advanced}");
            Assert.True(pair.Advanced is not PostOutcome.Posted late || late.Sequence < released);
        });
        await books.AssertBalanced();
    }

    private static Entry Advance(int n, long cover) => new()
    {
        Journals = [AdvanceJournals.Grant($"a{n}", Provider(n), Micros(50), Micros(1))],
        Covers = [new(Chart.Accrued(Provider(n)), cover)],
    };

    private static async Task Accrue(TestBook books, int n, long micros) => Assert.IsType<PostOutcome.Posted>(
        await books.Book.Post(
            Entry.Of(Journals.Move($"accrue:{n}", Chart.Treasury, Chart.Accrued(Provider(n)), micros)), Cancel));
}
