using Marketplace.Api.Market;
using Marketplace.Domain.Market;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Api.Tests.Market;

public sealed class KnownOffersTests
{
    [Fact]
    public async Task The_books_are_asked_again_once_the_offers_are_as_old_as_they_may_be()
    {
        var clock = new FakeTimeProvider();
        var known = new KnownOffers(Options.Create(new ApiOptions { OffersCacheMilliseconds = 700 }), clock);
        var first = await known.Get(Asked);

        clock.Advance(TimeSpan.FromMilliseconds(699));
        Assert.Same(first, await known.Get(Asked));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotSame(first, await known.Get(Asked));
    }

    [Fact]
    public async Task Books_that_do_not_answer_leave_nothing_behind()
    {
        var known = new KnownOffers(Options.Create(new ApiOptions()), new FakeTimeProvider());

        await Assert.ThrowsAsync<TimeoutException>(() => known.Get(() => throw new TimeoutException()));

        Assert.NotNull(await known.Get(Asked));
    }

    private static Task<IReadOnlyList<Offer>> Asked() => Task.FromResult<IReadOnlyList<Offer>>(new List<Offer>());
}
