using Marketplace.Api.Http;
using Marketplace.Api.Payments;
using Marketplace.Domain.Payments;
using Marketplace.Grains.Abstractions.Ledger;
using Marketplace.Grains.Abstractions.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Admin;

/// <summary>Card payments of all accounts, and what Stripe tells.</summary>
internal static class CardAdminEndpoints
{
    public static void MapCardAdmin(this IEndpointRouteBuilder admin)
    {
        var topUps = admin.MapGroup("/top-ups/{topUpId}").WithTags("Top-ups");

        topUps.MapGet("", InspectTopUp).RefusesWith(401, 403, 404);
        topUps.MapPost("/check", CheckTopUp).RefusesWith(400, 401, 403, 404, 503);
        topUps.MapPost("/disputes/{disputeId}/send-evidence", SendEvidence).RefusesWith(400, 401, 403, 404, 503);

        var stripe = admin.MapGroup("/stripe").WithTags("Stripe");

        stripe.MapPost("/events/{eventId}/retry", RetryEvent).RefusesWith(400, 401, 403, 404, 503);
        stripe.MapGet("/reconciliation", GetReconciliation).RefusesWith(401, 403, 404);
        stripe.MapPost("/reconciliation", Reconcile).RefusesWith(400, 401, 403, 503);
    }

    /// <summary>Any account's top-up with its refunds and disputes.</summary>
    private static async Task<Results<Ok<TopUpResponse>, ProblemHttpResult>> InspectTopUp(
        string topUpId, Desk desk) =>
        Ids.Read<TopUpId>(topUpId, out var id)
        && await desk.Grains.GetGrain<ITopUpGrain>(id.Value).Describe() is { } topUp
            ? TypedResults.Ok(TopUpResponse.From(topUp))
            : Problems.NotFound("top-up");

    /// <summary>Does what is outstanding at Stripe and takes over what it says, now.</summary>
    private static async Task<Results<Ok<TopUpResponse>, ProblemHttpResult>> CheckTopUp(
        string topUpId, ReasonRequest request, Requester me, Desk desk)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        if (!Ids.Read<TopUpId>(topUpId, out var id)
            || await desk.Grains.GetGrain<ITopUpGrain>(id.Value).Describe() is null)
        {
            return Problems.NotFound("top-up");
        }

        await desk.Grains.GetGrain<IStatementGrain>(0).Record(me.Act(request.Reason), "top-up.check", id.Value);

        return await desk.Grains.GetGrain<ITopUpGrain>(id.Value).Look() is { } topUp
            ? TypedResults.Ok(TopUpResponse.From(topUp))
            : Problems.NotFound("top-up");
    }

    /// <summary>Sends the evidence that was written for a dispute to the bank. It can be sent once only.</summary>
    private static async Task<Results<Ok<TopUpResponse>, ProblemHttpResult>> SendEvidence(
        string topUpId, string disputeId, ReasonRequest request, Requester me, Desk desk)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        return Ids.Read<TopUpId>(topUpId, out var id)
            && await desk.Grains.GetGrain<ITopUpGrain>(id.Value)
                .SendEvidence(disputeId, me.Act(request.Reason)) is { } topUp
                ? TypedResults.Ok(TopUpResponse.From(topUp))
                : Problems.NotFound("dispute");
    }

    /// <summary>Looks into a parked event of Stripe again.</summary>
    private static async Task<Results<NoContent, ProblemHttpResult>> RetryEvent(
        string eventId, ReasonRequest request, Requester me, Desk desk)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        return await Office(desk).Retry(eventId, me.Act(request.Reason))
            ? TypedResults.NoContent()
            : Problems.NotFound("event");
    }

    /// <summary>What the last comparison of the books with Stripe came to.</summary>
    private static async Task<Results<Ok<ReconciliationResponse>, ProblemHttpResult>> GetReconciliation(Desk desk) =>
        await Office(desk).LastReconciliation() is { } last
            ? TypedResults.Ok(ReconciliationResponse.From(last))
            : Problems.NotFound("reconciliation");

    /// <summary>
    /// Compares the books with Stripe's account of our balance now. Payments whose events never came are credited.
    /// </summary>
    private static async Task<Results<Ok<ReconciliationResponse>, ProblemHttpResult>> Reconcile(
        ReasonRequest request, Requester me, Desk desk)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        return await Office(desk).Reconcile(me.Act(request.Reason)) is { } view
            ? TypedResults.Ok(ReconciliationResponse.From(view))
            : CardProblems.Off();
    }

    private static IPaymentOfficeGrain Office(Desk desk) => desk.Grains.GetGrain<IPaymentOfficeGrain>(0);
}
