using System.Globalization;
using Marketplace.Api.Http;
using Marketplace.Grains.Abstractions.Verification;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Verification;

/// <summary>How anybody can see that what is checked was drawn, and not chosen.</summary>
internal static class DrawEndpoints
{
    private const string DayForm = "yyyy-MM-dd";

    public static void MapDraws(this IEndpointRouteBuilder v1) =>
        v1.MapGroup("/verification").WithTags("Receipts")
            .MapGet("/draws/{day}", GetDraw).AllowAnonymous().RefusesWith(404, 429);

    /// <summary>The secret that draws checks on a day; needs no key.</summary>
    /// <remarks>
    /// Its hash is told a week ahead, itself an hour after the day. A text is checked when the first 53 bits of
    /// HMAC-SHA256(secret, root), as a part of one, are below the rate on its receipt.
    /// </remarks>
    private static Results<Ok<DrawResponse>, ProblemHttpResult> GetDraw(string day, IAuditDraws draws) =>
        DateOnly.TryParseExact(day, DayForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        && draws.Of(date) is { } draw
            ? TypedResults.Ok(new DrawResponse(draw.Day, draw.SecretSha256, draw.Secret))
            : Problems.NotFound("day");
}
