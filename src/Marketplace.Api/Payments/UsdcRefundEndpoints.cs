using Marketplace.Api.Http;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Abstractions.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Payments;

/// <summary>Refunds of the balance in USDC.</summary>
internal static class UsdcRefundEndpoints
{
    public static void MapUsdcRefunds(this IEndpointRouteBuilder v1)
    {
        var refunds = v1.MapGroup("/usdc-refunds").WithTags("Refunds").RequireAuthorization(Policies.Renter);

        refunds.MapPost("", CreateUsdcRefund).RefusesWith(400, 401, 402, 403, 404, 409, 422, 429, 503);
        refunds.MapGet("", ListUsdcRefunds).RefusesWith(400, 401, 403);
        refunds.MapGet("/{refundId}", GetUsdcRefund).RefusesWith(401, 403, 404);
    }

    /// <summary>
    /// Refunds a part of the balance in USDC to a wallet that you name. It is held at once, screened, and may wait for
    /// people. Send an Idempotency-Key: a repeat with the same body answers the same refund.
    /// </summary>
    private static async Task<Results<Created<UsdcRefundResponse>, ProblemHttpResult>> CreateUsdcRefund(
        CreateUsdcRefundRequest request,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        Requester me,
        Desk desk)
    {
        var faults = request.Check(desk.Clock.GetUtcNow());

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        var id = PayoutId.From(IdempotencyKey.Name(me.Account, "usdc-refunds", idempotencyKey, desk.Clock));
        var outcome = await desk.Grains.GetGrain<IUsdcRefundGrain>(id.Value).Request(me.Account, request.ToRefund());

        return outcome is UsdcRefundOutcome.Accepted accepted
            ? TypedResults.Created($"/v1/usdc-refunds/{id}", UsdcRefundResponse.From(accepted.Refund))
            : UsdcRefundProblems.Of(outcome, "account");
    }

    /// <summary>The account's refunds in USDC, newest first; in one state when asked so.</summary>
    private static Task<Ok<PageResponse<ListedResponse>>> ListUsdcRefunds(
        [AsParameters] PageQuery page, string? state, Requester me, Desk desk) =>
        desk.Show(Lists.UsdcRefund, page, me.Account.Value, state);

    /// <summary>One refund in USDC.</summary>
    private static async Task<Results<Ok<UsdcRefundResponse>, ProblemHttpResult>> GetUsdcRefund(
        string refundId, Requester me, Desk desk) =>
        Ids.Read<PayoutId>(refundId, out var id)
        && await desk.Grains.GetGrain<IUsdcRefundGrain>(id.Value).Describe() is { } refund
        && refund.Account == me.Account
            ? TypedResults.Ok(UsdcRefundResponse.From(refund))
            : Problems.NotFound("refund");
}
