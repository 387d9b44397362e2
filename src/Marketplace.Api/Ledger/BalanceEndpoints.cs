using Marketplace.Api.Http;
using Marketplace.Grains.Abstractions.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Ledger;

/// <summary>What the account has and where it went.</summary>
internal static class BalanceEndpoints
{
    public static void MapBalance(this IEndpointRouteBuilder v1)
    {
        var money = v1.MapGroup(string.Empty).WithTags("Balance").RequireAuthorization(Policies.Renter);

        money.MapGet("/balance", GetBalance).RefusesWith(401, 403);
        money.MapGet("/usage", ListUsage).RefusesWith(400, 401, 403);
    }

    /// <summary>The account's balance.</summary>
    private static async Task<Ok<BalanceResponse>> GetBalance(Requester me, Desk desk) => TypedResults.Ok(
        BalanceResponse.From(await desk.Grains.GetGrain<IStatementGrain>(0).Balance(me.Account)));

    /// <summary>The account's movements, newest first.</summary>
    private static async Task<Ok<PageResponse<MovementResponse>>> ListUsage(
        [AsParameters] PageQuery page, Requester me, Desk desk) => TypedResults.Ok(page.Answer(
            await desk.Grains.GetGrain<IStatementGrain>(0).Usage(me.Account, page.Before, page.Count),
            MovementResponse.From));
}
