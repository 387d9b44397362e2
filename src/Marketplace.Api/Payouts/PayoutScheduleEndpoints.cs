using Marketplace.Api.Http;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Payouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Payouts;

/// <summary>What payouts cost, and when they come by themselves.</summary>
internal static class PayoutScheduleEndpoints
{
    public static void MapPayoutSchedule(this IEndpointRouteBuilder v1)
    {
        var provider = v1.MapGroup("/provider").WithTags("Payouts").RequireAuthorization(Policies.Provider);

        provider.MapGet("/payout-terms", GetPayoutTerms).RefusesWith(401, 403);
        provider.MapGet("/payout-schedule", GetPayoutSchedule).RefusesWith(401, 403, 404);
        provider.MapPut("/payout-schedule", SetPayoutSchedule).RefusesWith(400, 401, 403, 404);
    }

    /// <summary>The ladder of instant payouts, and how far up it the last 24 hours are.</summary>
    private static async Task<Ok<PayoutTermsResponse>> GetPayoutTerms(Desk desk) => TypedResults.Ok(
        PayoutTermsResponse.From(await desk.Grains.GetGrain<IInstantPayoutGrain>(0).Describe()));

    /// <summary>When the provider is paid without asking.</summary>
    private static async Task<Results<Ok<PayoutScheduleResponse>, ProblemHttpResult>> GetPayoutSchedule(
        Requester me, Desk desk) =>
        me.IsProvider(out var provider)
            ? TypedResults.Ok(PayoutScheduleResponse.From(await Schedule(desk, provider.Value).Describe()))
            : Problems.NotAProvider();

    /// <summary>
    /// Sets when the provider is paid what is payable, without asking: never, daily or weekly, from a minimum on.
    /// </summary>
    private static async Task<Results<Ok<PayoutScheduleResponse>, ProblemHttpResult>> SetPayoutSchedule(
        PayoutScheduleRequest request, Requester me, Desk desk)
    {
        if (!me.IsProvider(out var provider))
        {
            return Problems.NotAProvider();
        }

        var (faults, schedule) = request.Read();

        return faults.Any
            ? Problems.Invalid(faults.Errors)
            : TypedResults.Ok(PayoutScheduleResponse.From(await Schedule(desk, provider.Value).Set(schedule)));
    }

    private static IPayoutScheduleGrain Schedule(Desk desk, ProviderId provider) =>
        desk.Grains.GetGrain<IPayoutScheduleGrain>(provider.Value);
}
