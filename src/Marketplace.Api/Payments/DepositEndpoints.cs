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

/// <summary>Deposits in USDC on Solana.</summary>
internal static class DepositEndpoints
{
    public static void MapDeposits(this IEndpointRouteBuilder v1)
    {
        var deposits = v1.MapGroup("/deposits").WithTags("Deposits").RequireAuthorization(Policies.Renter);

        deposits.MapPost("", CreateDeposit).RefusesWith(400, 401, 403, 422, 503);
        deposits.MapGet("", ListDeposits).RefusesWith(400, 401, 403);
        deposits.MapGet("/{depositId}", GetDeposit).RefusesWith(401, 403, 404);
    }

    /// <summary>
    /// Announces a deposit and answers the Solana Pay URL; money is credited when its transfer is finalized.
    /// </summary>
    private static async Task<Results<Created<DepositResponse>, ProblemHttpResult>> CreateDeposit(
        CreateDepositRequest request,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        Requester me,
        Desk desk)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        if (await desk.Grains.GetGrain<IAccountGrain>(me.Account.Value).Describe() is { IsTest: true })
        {
            return Problems.TestAccount("takes no deposits, administrators grant it credit");
        }

        var id = DepositId.From(IdempotencyKey.Name(me.Account, "deposits", idempotencyKey, desk.Clock));
        var deposit = await desk.Grains.GetGrain<IDepositGrain>(id.Value).Open(me.Account, request.Amount);

        return deposit is null ? NoChain()
            : deposit.Amount == request.Amount
                ? TypedResults.Created($"/v1/deposits/{id}", DepositResponse.From(deposit))
                : Problems.KeyReused();
    }

    /// <summary>The account's deposits, newest first.</summary>
    private static Task<Ok<PageResponse<ListedResponse>>> ListDeposits(
        [AsParameters] PageQuery page, Requester me, Desk desk) =>
        desk.Show(Lists.Deposit, page, me.Account.Value);

    /// <summary>One deposit.</summary>
    private static async Task<Results<Ok<DepositResponse>, ProblemHttpResult>> GetDeposit(
        string depositId, Requester me, Desk desk) =>
        Ids.Read<DepositId>(depositId, out var id)
        && await desk.Grains.GetGrain<IDepositGrain>(id.Value).Describe() is { } deposit
        && deposit.Account == me.Account
            ? TypedResults.Ok(DepositResponse.From(deposit))
            : Problems.NotFound("deposit");

    private static ProblemHttpResult NoChain() => Problems.Of(
        StatusCodes.Status503ServiceUnavailable,
        "deposits-off",
        "This marketplace takes no USDC deposits: no chain is configured (Solana:RpcUrl).");
}
