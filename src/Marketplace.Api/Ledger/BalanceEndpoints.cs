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
        money.MapGet("/usage/export", ExportUsage)
            .Produces<string>(200, "text/csv", "application/json")
            .RefusesWith(400, 401, 403);
    }

    /// <summary>The account's balance.</summary>
    private static async Task<Ok<BalanceResponse>> GetBalance(Requester me, Desk desk) => TypedResults.Ok(
        BalanceResponse.From(await desk.Grains.GetGrain<IStatementGrain>(0).Balance(me.Account)));

    /// <summary>The movements of a time as one file, newest first; their sum is the change of the balance.</summary>
    /// <param name="format">csv or json; csv unless told.</param>
    /// <param name="from">From this moment on; 31 days before the end unless told. At most 366 days.</param>
    /// <param name="to">Up to and without this moment; now unless told.</param>
    private static async Task ExportUsage(
        string? format,
        DateTimeOffset? from,
        DateTimeOffset? to,
        Requester me,
        Desk desk,
        UsageExport export,
        HttpContext http)
    {
        var period = UsagePeriod.Of(from, to, desk.Now);

        switch (format)
        {
            case null or "csv":
                await export.WriteCsv(me.Account, period, http.Response);
                break;
            case "json":
                await export.WriteJson(me.Account, period, http.Response);
                break;
            default:
                throw new InvalidFieldException("format", $"is '{format}', allowed are csv and json");
        }
    }

    /// <summary>The account's movements, newest first.</summary>
    private static async Task<Ok<PageResponse<MovementResponse>>> ListUsage(
        [AsParameters] PageQuery page, Requester me, Desk desk) => TypedResults.Ok(page.Answer(
            await desk.Grains.GetGrain<IStatementGrain>(0).Usage(me.Account, page.Before, page.Count),
            MovementResponse.From));
}
