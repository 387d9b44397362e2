using Marketplace.Api.Http;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Payments;

/// <summary>The account's standing address for USDC, for senders that can carry no reference.</summary>
internal static class DepositAddressEndpoints
{
    public static void MapDepositAddresses(this IEndpointRouteBuilder v1)
    {
        var address = v1.MapGroup("/deposit-address").WithTags("Deposits").RequireAuthorization(Policies.Renter);

        address.MapPost("", OpenDepositAddress).RefusesWith(401, 403, 503);
        address.MapGet("", GetDepositAddress).RefusesWith(401, 403, 404);
    }

    /// <summary>
    /// Opens the account's address, or answers the one it has: there is one for ever. What arrives there is credited
    /// when it is finalized.
    /// </summary>
    private static async Task<Results<Ok<DepositAddressResponse>, ProblemHttpResult>> OpenDepositAddress(
        Requester me, Desk desk)
    {
        if (await desk.Grains.GetGrain<IAccountGrain>(me.Account.Value).Describe() is { IsTest: true })
        {
            return Problems.TestAccount("takes no deposits, administrators grant it credit");
        }

        return await desk.Grains.GetGrain<IDepositAddressGrain>(me.Account.Value).Open() is { } opened
            ? TypedResults.Ok(DepositAddressResponse.From(opened))
            : Problems.Of(
                StatusCodes.Status503ServiceUnavailable,
                "deposit-addresses-off",
                "This marketplace has no standing deposit addresses: Solana:RpcUrl and Deposits:AddressSeedFile.");
    }

    /// <summary>The account's address, once it was opened.</summary>
    private static async Task<Results<Ok<DepositAddressResponse>, ProblemHttpResult>> GetDepositAddress(
        Requester me, Desk desk) =>
        await desk.Grains.GetGrain<IDepositAddressGrain>(me.Account.Value).Describe() is { } known
            ? TypedResults.Ok(DepositAddressResponse.From(known))
            : Problems.NotFound("deposit address");
}
