using System.Diagnostics;
using Marketplace.Api.Http;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Payouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Payouts;

/// <summary>Advances on accrued earnings.</summary>
internal static class AdvanceEndpoints
{
    public static void MapAdvances(this IEndpointRouteBuilder v1)
    {
        var advances = v1.MapGroup("/provider/advances").WithTags("Payouts").RequireAuthorization(Policies.Provider);

        advances.MapGet("/offer", GetAdvanceOffer).RefusesWith(401, 403, 404);
        advances.MapPost("", CreateAdvance).RefusesWith(400, 401, 403, 404, 409, 422, 503);
        advances.MapGet("", ListAdvances).RefusesWith(400, 401, 403, 404);
    }

    /// <summary>What the provider could get in advance now, and its price.</summary>
    private static async Task<Results<Ok<AdvanceOfferResponse>, ProblemHttpResult>> GetAdvanceOffer(
        Requester me, Desk desk) =>
        me.IsProvider(out var provider)
            ? TypedResults.Ok(AdvanceOfferResponse.From(await Advances(desk, provider.Value).Offer()))
            : Problems.NotAProvider();

    /// <summary>
    /// Makes accrued earnings payable now, less a discount; the advance is repaid first as holdbacks end. One at a
    /// time. Send an Idempotency-Key: a repeat with the same body answers the same advance.
    /// </summary>
    private static async Task<Results<Created<AdvanceResponse>, ProblemHttpResult>> CreateAdvance(
        CreateAdvanceRequest request,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        Requester me,
        Desk desk)
    {
        if (!me.IsProvider(out var provider))
        {
            return Problems.NotAProvider();
        }

        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        var name = IdempotencyKey.Name(me.Account, "advances", idempotencyKey, desk.Clock);
        var outcome = await Advances(desk, provider.Value).Take(name, request.Amount);

        return outcome is AdvanceOutcome.Granted granted
            ? TypedResults.Created("/v1/provider/advances", AdvanceResponse.From(granted.Advance))
            : Refusal(outcome);
    }

    /// <summary>The provider's advances, newest first.</summary>
    private static async Task<Results<Ok<PageResponse<ListedResponse>>, ProblemHttpResult>> ListAdvances(
        [AsParameters] PageQuery page, Requester me, Desk desk) =>
        me.IsProvider(out var provider)
            ? await desk.Show(Lists.Advance, page, provider.Value.Value)
            : Problems.NotAProvider();

    private static IAdvanceDeskGrain Advances(Desk desk, ProviderId provider) =>
        desk.Grains.GetGrain<IAdvanceDeskGrain>(provider.Value);

    private static ProblemHttpResult Refusal(AdvanceOutcome outcome) => outcome switch
    {
        AdvanceOutcome.TooMuch much => Problems.Of(
            StatusCodes.Status422UnprocessableEntity,
            "advance-too-large",
            $"At most {much.Limit} USDC can be advanced now.",
            ("limit", much.Limit)),
        AdvanceOutcome.StillOpen open => Problems.Of(
            StatusCodes.Status409Conflict,
            "advance-open",
            $"{open.Outstanding} USDC of an advance are not repaid: one at a time.",
            ("outstanding", open.Outstanding)),
        AdvanceOutcome.Suspended => Problems.ProviderSuspended(),
        AdvanceOutcome.Frozen frozen => Problems.PayoutsFrozen(frozen.Why),
        AdvanceOutcome.KeyTaken => Problems.KeyReused(),
        var other => throw new UnreachableException(other.ToString()),
    };
}
