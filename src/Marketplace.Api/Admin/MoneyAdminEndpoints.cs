using Marketplace.Api.Http;
using Marketplace.Api.Payments;
using Marketplace.Api.Payouts;
using Marketplace.Domain;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Abstractions.Ledger;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Grains.Abstractions.Payouts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Admin;

/// <summary>Deposits, payouts, lanes, books and the audit log.</summary>
internal static class MoneyAdminEndpoints
{
    public static void MapMoneyAdmin(this IEndpointRouteBuilder admin)
    {
        var payouts = admin.MapGroup("/payouts").WithTags("Payouts");

        payouts.MapGet("/switch", GetSwitch).RefusesWith(401, 403);
        payouts.MapPost("/freeze", FreezePayouts).RefusesWith(400, 401, 403);
        payouts.MapPost("/unfreeze", UnfreezePayouts).RefusesWith(400, 401, 403);
        payouts.MapGet("/lanes", ListLanes).RefusesWith(401, 403);
        payouts.MapGet("/{payoutId}", InspectPayout).RefusesWith(401, 403, 404);
        payouts.MapPost("/{payoutId}/retry", RetryPayout).RefusesWith(400, 401, 403, 404);

        var deposits = admin.MapGroup("/deposits/{depositId}").WithTags("Deposits");

        deposits.MapGet("", InspectDeposit).RefusesWith(401, 403, 404);
        deposits.MapPost("/check", CheckDeposit).RefusesWith(401, 403, 404);

        var books = admin.MapGroup(string.Empty).WithTags("Books");

        books.MapGet("/trial-balance", GetTrialBalance).RefusesWith(401, 403);
        books.MapGet("/audit-log", ListAudit).RefusesWith(400, 401, 403);
    }

    /// <summary>Whether payouts are stopped, and why.</summary>
    private static async Task<Ok<PayoutSwitchResponse>> GetSwitch(Desk desk)
    {
        var because = await Control(desk).FrozenBecause();
        return TypedResults.Ok(new PayoutSwitchResponse(because is not null, because));
    }

    /// <summary>Stops all signing and sending of new payouts.</summary>
    private static Task<Results<Ok<PayoutSwitchResponse>, ProblemHttpResult>> FreezePayouts(
        ReasonRequest request, Requester me, Desk desk) =>
        Turn(request, me, desk, (control, act) => control.Freeze(act));

    /// <summary>Lets payouts go on.</summary>
    private static Task<Results<Ok<PayoutSwitchResponse>, ProblemHttpResult>> UnfreezePayouts(
        ReasonRequest request, Requester me, Desk desk) =>
        Turn(request, me, desk, (control, act) => control.Unfreeze(act));

    /// <summary>The payout lanes.</summary>
    private static async Task<Ok<IReadOnlyList<LaneResponse>>> ListLanes(Desk desk)
    {
        var lanes = new List<LaneResponse>(desk.Options.PayoutLanes);

        for (var lane = 0; lane < desk.Options.PayoutLanes; lane++)
        {
            lanes.Add(LaneResponse.From(await desk.Grains.GetGrain<IPayoutLaneGrain>($"lane_{lane}").Describe()));
        }

        return TypedResults.Ok<IReadOnlyList<LaneResponse>>(lanes);
    }

    /// <summary>Any provider's payout.</summary>
    private static async Task<Results<Ok<PayoutResponse>, ProblemHttpResult>> InspectPayout(
        string payoutId, Desk desk) =>
        Ids.Read<PayoutId>(payoutId, out var id)
        && await desk.Grains.GetGrain<IPayoutGrain>(id.Value).Describe() is { } payout
            ? TypedResults.Ok(PayoutResponse.From(payout))
            : Problems.NotFound("payout");

    /// <summary>Puts a payout that stopped on its way again, when nothing of it can still land.</summary>
    private static async Task<Results<Ok<PayoutResponse>, ProblemHttpResult>> RetryPayout(
        string payoutId, ReasonRequest request, Requester me, Desk desk)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        return Ids.Read<PayoutId>(payoutId, out var id)
            && await desk.Grains.GetGrain<IPayoutGrain>(id.Value).Retry(me.Act(request.Reason)) is { } payout
                ? TypedResults.Ok(PayoutResponse.From(payout))
                : Problems.NotFound("payout");
    }

    /// <summary>Any account's deposit.</summary>
    private static async Task<Results<Ok<DepositResponse>, ProblemHttpResult>> InspectDeposit(
        string depositId, Desk desk) =>
        Ids.Read<DepositId>(depositId, out var id)
        && await desk.Grains.GetGrain<IDepositGrain>(id.Value).Describe() is { } deposit
            ? TypedResults.Ok(DepositResponse.From(deposit))
            : Problems.NotFound("deposit");

    /// <summary>Looks at the chain now and credits what is finalized.</summary>
    private static async Task<Results<Ok<DepositResponse>, ProblemHttpResult>> CheckDeposit(
        string depositId, Desk desk) =>
        Ids.Read<DepositId>(depositId, out var id)
        && await desk.Grains.GetGrain<IDepositGrain>(id.Value).Check() is { } deposit
            ? TypedResults.Ok(DepositResponse.From(deposit))
            : Problems.NotFound("deposit");

    /// <summary>Every account of the books, and whether they balance.</summary>
    private static async Task<Ok<TrialBalanceResponse>> GetTrialBalance(Desk desk) => TypedResults.Ok(
        TrialBalanceResponse.From(await desk.Grains.GetGrain<IStatementGrain>(0).TrialBalance()));

    /// <summary>Administrative acts, newest first.</summary>
    private static async Task<Ok<PageResponse<AuditResponse>>> ListAudit([AsParameters] PageQuery page, Desk desk) =>
        TypedResults.Ok(page.Answer(
            await desk.Grains.GetGrain<IStatementGrain>(0).Audit(page.Before, page.Count), AuditResponse.From));

    private static async Task<Results<Ok<PayoutSwitchResponse>, ProblemHttpResult>> Turn(
        ReasonRequest request, Requester me, Desk desk, Func<IPayoutControlGrain, AdminAct, Task> turn)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        await turn(Control(desk), me.Act(request.Reason));
        return await GetSwitch(desk);
    }

    private static IPayoutControlGrain Control(Desk desk) => desk.Grains.GetGrain<IPayoutControlGrain>(0);
}
