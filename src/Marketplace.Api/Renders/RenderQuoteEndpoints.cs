using System.Diagnostics;
using System.Globalization;
using Marketplace.Api.Http;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Renders;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Renders;

/// <summary>Prices of renders before they are ordered.</summary>
internal static class RenderQuoteEndpoints
{
    private const int RetrySeconds = 2;

    public static void MapRenderQuotes(this IEndpointRouteBuilder v1)
    {
        var renders = v1.MapGroup("/renders").WithTags("Renders").RequireAuthorization(Policies.Renter);

        renders.MapPost("/quote", QuoteRender).RefusesWith(400, 401, 403, 422, 429, 503);
        renders.MapGet("/quotes/{quoteId}", GetQuote).RefusesWith(401, 403, 404);
    }

    /// <summary>
    /// Says what a render would cost and how long it would take; the body is that of the order. Small pictures of its
    /// first, middle and last frame are traced for it. It costs nothing, and sets nothing aside. An order that names
    /// the quote sets aside its P90 cost instead of the worst case. Where the tracing takes longer than a request
    /// waits, the answer is 503 with <c>quote-pending</c>: send the same again.
    /// </summary>
    private static async Task<Results<Ok<RenderQuoteResponse>, ProblemHttpResult>> QuoteRender(
        CreateRenderRequest request,
        Requester me,
        Desk desk,
        IBlobStore blobs,
        IRenderProbe probes,
        HttpContext http)
    {
        var faults = request.Check(desk.Options);

        if (request.Quote is not null)
        {
            faults.Add("quote", "is not allowed here: this makes one");
        }

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        if (await desk.Grains.FindScene(request.Scene, me) is not { } plain)
        {
            return RenderEndpoints.SceneUnknown(request.Scene);
        }

        var (scene, problem) = await SceneLighting.Under(plain, request.Environment, me.Account, desk, blobs);

        if (problem is not null)
        {
            return problem;
        }

        if (request.CheckAgainst(scene) is { Any: true } unfit)
        {
            return Problems.Invalid(unfit.Errors);
        }

        var order = request.ToOrder(scene, desk.Options);

        var outcome = await probes.Probe(me.Account, order, http.RequestAborted);

        return outcome is RenderProbeOutcome.Measured measured
            ? await Make(request, order, measured.Probe, me, desk)
            : Refusal(outcome, http.Response);
    }

    /// <summary>A quote of this account; also one that is no longer valid, as long as it is kept.</summary>
    private static async Task<Results<Ok<RenderQuoteResponse>, ProblemHttpResult>> GetQuote(
        string quoteId, Requester me, Desk desk) =>
        Ids.Read<RenderQuoteId>(quoteId, out var id)
        && await desk.Grains.GetGrain<IRenderQuotesGrain>(me.Account.Value).Find(id) is { } quote
            ? TypedResults.Ok(RenderQuoteResponse.From(quote))
            : Problems.NotFound("quote");

    private static async Task<Results<Ok<RenderQuoteResponse>, ProblemHttpResult>> Make(
        CreateRenderRequest request, RenderOrder order, RenderProbe probe, Requester me, Desk desk) =>
        await desk.Grains.GetGrain<IRenderQuotesGrain>(me.Account.Value)
                .Make(order, QuotedOrder.BodyOf(request), probe) switch
        {
            QuoteOutcome.Made made => TypedResults.Ok(RenderQuoteResponse.From(made.Quote)),
            QuoteOutcome.Unsatisfiable never => Problems.Unsatisfiable(never.Why),
            var other => throw new UnreachableException(other.ToString()),
        };

    private static ProblemHttpResult Refusal(RenderProbeOutcome outcome, HttpResponse response)
    {
        if (outcome is RenderProbeOutcome.Unusable unusable)
        {
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, "quote-impossible", unusable.Why);
        }

        response.Headers.RetryAfter = RetrySeconds.ToString(CultureInfo.InvariantCulture);

        return outcome switch
        {
            RenderProbeOutcome.Pending => Problems.Of(
                StatusCodes.Status503ServiceUnavailable,
                "quote-pending",
                "The scene is being traced for the quote. Send the same again in a moment to get it."),
            RenderProbeOutcome.HostBusy => Problems.Of(
                StatusCodes.Status503ServiceUnavailable,
                "quotes-busy",
                "Too many quotes are being made. Send the same again in a moment, or order without a quote."),
            RenderProbeOutcome.AccountBusy busy => Problems.Of(
                StatusCodes.Status429TooManyRequests,
                "too-many-quotes",
                $"At most {busy.Max} quotes of one account are made at a time."),
            var other => throw new UnreachableException(other.ToString()),
        };
    }
}
