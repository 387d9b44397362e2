using Marketplace.Api.Http;
using Marketplace.Domain.Payments;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Payments;

/// <summary>Top-ups by card, and refunds to the card.</summary>
internal static class TopUpEndpoints
{
    public static void MapTopUps(this IEndpointRouteBuilder v1)
    {
        var topUps = v1.MapGroup("/top-ups").WithTags("Top-ups").RequireAuthorization(Policies.Renter);

        topUps.MapPost("", CreateTopUp).RefusesWith(400, 401, 403, 409, 422, 429, 503);
        topUps.MapGet("", ListTopUps).RefusesWith(400, 401, 403);
        topUps.MapGet("/{topUpId}", GetTopUp).RefusesWith(401, 403, 404);
        topUps.MapPost("/{topUpId}/refunds", CreateRefund).RefusesWith(400, 401, 402, 403, 404, 422, 503);
    }

    /// <summary>
    /// Begins a top-up by card and answers where to pay. The balance is credited once the processor has the money.
    /// Send an Idempotency-Key: a repeat with the same body answers the same top-up.
    /// </summary>
    private static async Task<Results<Created<TopUpResponse>, ProblemHttpResult>> CreateTopUp(
        CreateTopUpRequest request,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        Requester me,
        Desk desk)
    {
        var faults = request.Check(out var amount);

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        if (await desk.Grains.GetGrain<IAccountGrain>(me.Account.Value).Describe() is { IsTest: true })
        {
            return Problems.TestAccount("takes no card payments, administrators grant it credit");
        }

        var id = TopUpId.From(IdempotencyKey.Name(me.Account, "top-ups", idempotencyKey, desk.Clock));
        var outcome = await desk.Grains.GetGrain<ITopUpDeskGrain>(me.Account.Value)
            .Open(new NewTopUp(id, amount, request.Method));

        return outcome is TopUpOutcome.Accepted accepted
            ? TypedResults.Created($"/v1/top-ups/{id}", TopUpResponse.From(accepted.TopUp))
            : CardProblems.Of(outcome);
    }

    /// <summary>The account's top-ups, newest first; in one state when asked so.</summary>
    private static Task<Ok<PageResponse<ListedResponse>>> ListTopUps(
        [AsParameters] PageQuery page, string? state, Requester me, Desk desk) =>
        desk.Show(Lists.TopUp, page, me.Account.Value, state);

    /// <summary>One top-up with its refunds and disputes.</summary>
    private static async Task<Results<Ok<TopUpResponse>, ProblemHttpResult>> GetTopUp(
        string topUpId, Requester me, Desk desk) =>
        Ids.Read<TopUpId>(topUpId, out var id)
        && await desk.Grains.GetGrain<ITopUpGrain>(id.Value).Describe() is { } topUp
        && topUp.Account == me.Account
            ? TypedResults.Ok(TopUpResponse.From(topUp))
            : Problems.NotFound("top-up");

    /// <summary>
    /// Refunds a part of a top-up to the card that paid: at most what is left of it, and what is unspent. The money is
    /// held at once. Send an Idempotency-Key: a repeat with the same body answers the same refund.
    /// </summary>
    private static async Task<Results<Created<RefundResponse>, ProblemHttpResult>> CreateRefund(
        string topUpId,
        CreateRefundRequest request,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        Requester me,
        Desk desk)
    {
        var faults = request.Check(out var amount);

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        if (!Ids.Read<TopUpId>(topUpId, out var id))
        {
            return Problems.NotFound("top-up");
        }

        var refund = CardRefundId.From(
            IdempotencyKey.Name(me.Account, $"top-ups/{id}/refunds", idempotencyKey, desk.Clock));
        var outcome = await desk.Grains.GetGrain<ITopUpGrain>(id.Value).Refund(me.Account, refund, amount);

        return outcome is CardRefundOutcome.Accepted accepted
            ? TypedResults.Created($"/v1/top-ups/{id}", RefundResponse.From(accepted.Refund))
            : CardProblems.Of(outcome);
    }
}
