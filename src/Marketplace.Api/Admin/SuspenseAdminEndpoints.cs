using System.Diagnostics;
using Marketplace.Api.Http;
using Marketplace.Grains.Abstractions.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Admin;

/// <summary>Deposits without an owner.</summary>
internal static class SuspenseAdminEndpoints
{
    private const int TransfersMax = 1_000;

    public static void MapSuspenseAdmin(this IEndpointRouteBuilder admin)
    {
        var suspense = admin.MapGroup("/suspense").WithTags("Deposits");

        suspense.MapGet("", ListSuspense).RefusesWith(401, 403);
        suspense.MapPost("/{signature}/match", MatchSuspense).RefusesWith(400, 401, 403, 404, 409);
    }

    /// <summary>Transfers that came in without an owner, oldest first; at most 1,000.</summary>
    private static async Task<Ok<IReadOnlyList<SuspenseResponse>>> ListSuspense(Desk desk)
    {
        var waiting = await desk.Grains.GetGrain<ISuspenseGrain>(0).List(TransfersMax);
        return TypedResults.Ok<IReadOnlyList<SuspenseResponse>>([.. waiting.Select(SuspenseResponse.From)]);
    }

    /// <summary>Gives a transfer without an owner to an account. Repeating it answers the same.</summary>
    private static async Task<Results<Ok<MatchSuspenseResponse>, ProblemHttpResult>> MatchSuspense(
        string signature, MatchSuspenseRequest request, Requester me, Desk desk)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        var grain = desk.Grains.GetGrain<ISuspenseGrain>(0);

        return await grain.Match(signature, request.Account, me.Act(request.Reason)) switch
        {
            SuspenseOutcome.Matched matched =>
                TypedResults.Ok(new MatchSuspenseResponse(request.Account, matched.Amount)),
            SuspenseOutcome.Unknown => Problems.NotFound("transfer"),
            SuspenseOutcome.NoAccount => Problems.NotFound("account"),
            SuspenseOutcome.Owned => Problems.Of(
                StatusCodes.Status409Conflict, "transfer-owned", "The transfer belongs to another account already."),
            SuspenseOutcome.GoesBack back => Problems.Of(
                StatusCodes.Status409Conflict,
                "transfer-goes-back",
                $"The transfer goes back to its sender, or has gone: refund {back.Refund}.",
                ("refund", back.Refund)),
            var other => throw new UnreachableException(other.ToString()),
        };
    }
}
