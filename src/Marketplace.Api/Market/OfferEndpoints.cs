using Marketplace.Api.Http;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Market;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Market;

/// <summary>What the market has to offer.</summary>
internal static class OfferEndpoints
{
    private const int OffersMax = 1_000;

    public static void MapOffers(this IEndpointRouteBuilder v1) => v1
        .MapGet("/offers", ListOffers)
        .WithTags("Market")
        .RequireAuthorization(Policies.AnyKey)
        .RefusesWith(401);

    /// <summary>Devices that can be had now: at most 1000, cheapest output tokens first, on one page.</summary>
    private static async Task<Ok<PageResponse<OfferResponse>>> ListOffers(
        string? region, string? deviceClass, Desk desk)
    {
        var offers = await desk.Grains.GetGrain<IPlacementGrain>(0).Offers();
        var wanted = offers
            .Where(offer => Fits(offer, region, deviceClass))
            .OrderBy(offer => offer.Ask.OutputTokens)
            .ThenBy(offer => offer.Device.Value, StringComparer.Ordinal)
            .Take(OffersMax)
            .Select(OfferResponse.From);

        return TypedResults.Ok(new PageResponse<OfferResponse>([.. wanted], false, null));
    }

    private static bool Fits(Offer offer, string? region, string? deviceClass) =>
        (region is null || offer.Spec.Region == region) && (deviceClass is null || offer.Class.Value == deviceClass);
}
