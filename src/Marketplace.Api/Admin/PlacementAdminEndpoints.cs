using Marketplace.Api.Http;
using Marketplace.Grains.Abstractions.Market;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Admin;

/// <summary>Which models are where.</summary>
internal static class PlacementAdminEndpoints
{
    /// <summary>Lines shown at once.</summary>
    private const int LinesMax = 10_000;

    public static void MapPlacementAdmin(this IEndpointRouteBuilder admin) => admin
        .MapGet("/placements", ListPlacements)
        .WithTags("Lists")
        .RefusesWith(401, 403);

    /// <summary>
    /// Which models connected devices have in memory, and which of them the platform asked for: by device, then by
    /// hash; 10,000 lines at most.
    /// </summary>
    private static async Task<Ok<PageResponse<PlacementResponse>>> ListPlacements(Desk desk)
    {
        var placed = await desk.Grains.GetGrain<IModelPlacementGrain>(0).View();

        return TypedResults.Ok(new PageResponse<PlacementResponse>(
            [.. placed.Take(LinesMax).Select(PlacementResponse.From)], placed.Count > LinesMax, null));
    }
}
