using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Market;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Market;

/// <summary>
/// The offers of all classes, a second old at most: what only asks whether a device is there that can do something
/// costs no call to every book for each request.
/// </summary>
internal sealed class KnownOffers(IOptions<ApiOptions> options, TimeProvider clock)
{
    private Known? _known;

    /// <summary>The remembered offers, or what the books say now.</summary>
    public Task<IReadOnlyList<Offer>> Of(IGrainFactory grains, CancellationToken cancel) =>
        Get(() => grains.GetGrain<IPlacementGrain>(0).Offers(cancel));

    /// <inheritdoc cref="Of"/>
    internal async Task<IReadOnlyList<Offer>> Get(Func<Task<IReadOnlyList<Offer>>> ask)
    {
        var now = clock.GetTimestamp();
        var life = TimeSpan.FromMilliseconds(options.Value.OffersCacheMilliseconds);

        if (Volatile.Read(ref _known) is { } known && clock.GetElapsedTime(known.At, now) < life)
        {
            return known.Offers;
        }

        var offers = await ask();
        Volatile.Write(ref _known, new(offers, now));
        return offers;
    }

    private sealed record Known(IReadOnlyList<Offer> Offers, long At);
}
