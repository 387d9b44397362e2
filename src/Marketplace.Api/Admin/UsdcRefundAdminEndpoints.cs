using Marketplace.Api.Http;
using Marketplace.Api.Payments;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Abstractions.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Admin;

/// <summary>Refunds in USDC: of deposits without an owner, and what becomes of those that stopped.</summary>
internal static class UsdcRefundAdminEndpoints
{
    public static void MapUsdcRefundAdmin(this IEndpointRouteBuilder admin)
    {
        admin.MapPost("/suspense/{signature}/refund", RefundSuspense).WithTags("Deposits")
            .RefusesWith(400, 401, 403, 404, 409, 422, 503);

        var refunds = admin.MapGroup("/usdc-refunds/{refundId}").WithTags("Refunds");

        refunds.MapGet("", InspectUsdcRefund).RefusesWith(401, 403, 404);
        refunds.MapPost("/retry", RetryUsdcRefund).RefusesWith(400, 401, 403, 404);
        refunds.MapPost("/cancel", CancelUsdcRefund).RefusesWith(400, 401, 403, 404, 409);
    }

    /// <summary>
    /// Sends a deposit without an owner back, to the address that its sender names. It is held and screened at once,
    /// and goes when a second person approves the case that it answers. Send an Idempotency-Key: a repeat with the same
    /// body answers the same refund.
    /// </summary>
    private static async Task<Results<Created<UsdcRefundResponse>, ProblemHttpResult>> RefundSuspense(
        string signature,
        RefundSuspenseRequest request,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        Requester me,
        Desk desk)
    {
        var faults = request.Check(desk.Clock.GetUtcNow());

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        var id = PayoutId.From(IdempotencyKey.Name(me.Account, "suspense/refund", idempotencyKey, desk.Clock));
        var outcome = await desk.Grains.GetGrain<IUsdcRefundGrain>(id.Value)
            .RequestUnmatched(signature, request.ToRefund(), me.Reviewer(request.Reason));

        return outcome is UsdcRefundOutcome.Accepted accepted
            ? TypedResults.Created($"/v1/admin/usdc-refunds/{id}", UsdcRefundResponse.From(accepted.Refund))
            : UsdcRefundProblems.Of(outcome, "transfer");
    }

    /// <summary>Any refund in USDC.</summary>
    private static async Task<Results<Ok<UsdcRefundResponse>, ProblemHttpResult>> InspectUsdcRefund(
        string refundId, Desk desk) =>
        Ids.Read<PayoutId>(refundId, out var id)
        && await desk.Grains.GetGrain<IUsdcRefundGrain>(id.Value).Describe() is { } refund
            ? TypedResults.Ok(UsdcRefundResponse.From(refund))
            : Problems.NotFound("refund");

    /// <summary>Puts a refund that stopped on its way again, when nothing of it can still land.</summary>
    private static async Task<Results<Ok<UsdcRefundResponse>, ProblemHttpResult>> RetryUsdcRefund(
        string refundId, ReasonRequest request, Requester me, Desk desk)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        return Ids.Read<PayoutId>(refundId, out var id)
            && await desk.Grains.GetGrain<IUsdcRefundGrain>(id.Value).Retry(me.Act(request.Reason)) is { } refund
                ? TypedResults.Ok(UsdcRefundResponse.From(refund))
                : Problems.NotFound("refund");
    }

    /// <summary>
    /// Gives the money of a refund that waits or stopped back to the balance, or to the deposits without an owner. One
    /// that is in review is decided there.
    /// </summary>
    private static async Task<Results<Ok<UsdcRefundResponse>, ProblemHttpResult>> CancelUsdcRefund(
        string refundId, ReasonRequest request, Requester me, Desk desk)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        var outcome = Ids.Read<PayoutId>(refundId, out var id)
            ? await desk.Grains.GetGrain<IUsdcRefundGrain>(id.Value).Cancel(me.Act(request.Reason))
            : new UsdcRefundOutcome.Unknown();

        return outcome is UsdcRefundOutcome.Accepted accepted
            ? TypedResults.Ok(UsdcRefundResponse.From(accepted.Refund))
            : UsdcRefundProblems.Of(outcome, "refund");
    }
}
