using System.Diagnostics;
using Marketplace.Api.Http;
using Marketplace.Api.Ledger;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Ledger;
using Marketplace.Grains.Abstractions.Providers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Providers;

/// <summary>The provider that the account has become.</summary>
internal static class ProviderEndpoints
{
    public static void MapProvider(this IEndpointRouteBuilder v1)
    {
        var provider = v1.MapGroup("/provider").WithTags("Provider").RequireAuthorization(Policies.Provider);

        provider.MapPost("", BecomeProvider).RefusesWith(400, 401, 403);
        provider.MapGet("", GetProvider).RefusesWith(401, 403, 404);
        provider.MapPut("/wallet", SetWallet).RefusesWith(400, 401, 403, 404, 503);
        provider.MapGet("/identity", GetIdentity).RefusesWith(401, 403, 404);
        provider.MapPut("/identity", SetIdentity).RefusesWith(400, 401, 403, 404);
        provider.MapPost("/enrolment-codes", IssueEnrolmentCode).RefusesWith(400, 401, 403, 404);
        provider.MapGet("/earnings", GetEarnings).RefusesWith(401, 403, 404);
        provider.MapGet("/movements", ListMovements).RefusesWith(400, 401, 403, 404);
    }

    /// <summary>Makes the account a provider. Repeating it answers the same provider.</summary>
    private static async Task<Results<Created<ProviderResponse>, ProblemHttpResult>> BecomeProvider(
        BecomeProviderRequest request, Requester me, Desk desk, SignInCache<Caller?> cache)
    {
        var faults = new Faults();
        faults.Length("name", request.Name, 1, BecomeProviderRequest.NameLengthMax);

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        var id = await desk.Grains.GetGrain<IAccountGrain>(me.Account.Value).BecomeProvider(request.Name);
        cache.Forget(caller => caller?.Account == me.Account);

        return await desk.Grains.GetGrain<IProviderGrain>(id.Value).Describe() is { } provider
            ? TypedResults.Created("/v1/provider", ProviderResponse.From(provider))
            : Problems.NotAProvider();
    }

    /// <summary>The provider.</summary>
    private static async Task<Results<Ok<ProviderResponse>, ProblemHttpResult>> GetProvider(Requester me, Desk desk) =>
        me.IsProvider(out var id) && await Provider(desk, id.Value).Describe() is { } provider
            ? TypedResults.Ok(ProviderResponse.From(provider))
            : Problems.NotAProvider();

    /// <summary>
    /// Sets the wallet that payouts go to, once it is screened. After a change, payouts wait for its lock.
    /// </summary>
    private static async Task<Results<Ok<ProviderResponse>, ProblemHttpResult>> SetWallet(
        SetWalletRequest request, Requester me, Desk desk)
    {
        if (!me.IsProvider(out var id))
        {
            return Problems.NotAProvider();
        }

        if (WalletAddress.WhyNot(request.Address) is { } why)
        {
            return Problems.Invalid("address", why);
        }

        return await Provider(desk, id.Value).SetWallet(request.Address) switch
        {
            WalletOutcome.Set set => TypedResults.Ok(ProviderResponse.From(set.Provider)),
            WalletOutcome.Sanctioned sanctioned => Problems.Of(
                StatusCodes.Status403Forbidden,
                "wallet-sanctioned",
                "A sanctions list names this address: it cannot be used. A person looks into it.",
                ("review", sanctioned.Review)),
            WalletOutcome.NotNow wait => Problems.Of(
                StatusCodes.Status503ServiceUnavailable, wait.Code, $"Wallets cannot be changed now: {wait.Why}."),
            var other => throw new UnreachableException(other.ToString()),
        };
    }

    /// <summary>Who the provider is, as it told.</summary>
    private static async Task<Results<Ok<IdentityResponse>, ProblemHttpResult>> GetIdentity(
        Requester me, Desk desk) =>
        me.IsProvider(out var id) && await Provider(desk, id.Value).Describe() is { } provider
            ? TypedResults.Ok(IdentityResponse.From(provider.Identity))
            : Problems.NotAProvider();

    /// <summary>
    /// Tells who the provider is, all of it at once. The legal name is screened; large payouts need every field that
    /// the answer calls missing.
    /// </summary>
    private static async Task<Results<Ok<IdentityResponse>, ProblemHttpResult>> SetIdentity(
        IdentityRequest request, Requester me, Desk desk)
    {
        if (!me.IsProvider(out var id))
        {
            return Problems.NotAProvider();
        }

        var faults = request.Check(desk.Now);

        return faults.Any
            ? Problems.Invalid(faults.Errors)
            : TypedResults.Ok(IdentityResponse.From(
                (await Provider(desk, id.Value).SetIdentity(request.ToIdentity())).Identity));
    }

    /// <summary>
    /// Issues a one-time code, valid for ten minutes, with which an agent enrols a device. Within that time a repeat
    /// with the same Idempotency-Key issues nothing and answers without the code.
    /// </summary>
    private static async Task<Results<Created<EnrolmentCodeResponse>, ProblemHttpResult>> IssueEnrolmentCode(
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        Requester me,
        Desk desk,
        HttpResponse response)
    {
        if (!me.IsProvider(out var id))
        {
            return Problems.NotAProvider();
        }

        var request = idempotencyKey is null
            ? null
            : IdempotencyKey.Name(me.Account, "enrolment-codes", idempotencyKey, desk.Clock).ToString();
        var code = await Provider(desk, id.Value).IssueEnrolmentCode(request);
        IdempotencyKey.Mark(response, code.Code is null);

        return TypedResults.Created("/v1/provider/devices", EnrolmentCodeResponse.From(code));
    }

    /// <summary>What the provider has earned.</summary>
    private static async Task<Results<Ok<EarningsResponse>, ProblemHttpResult>> GetEarnings(Requester me, Desk desk) =>
        me.IsProvider(out var id)
            ? TypedResults.Ok(EarningsResponse.From(await desk.Grains.GetGrain<IStatementGrain>(0).Earnings(id.Value)))
            : Problems.NotAProvider();

    /// <summary>The provider's movements of money, newest first.</summary>
    private static async Task<Results<Ok<PageResponse<MovementResponse>>, ProblemHttpResult>> ListMovements(
        [AsParameters] PageQuery page, Requester me, Desk desk) =>
        me.IsProvider(out var id)
            ? TypedResults.Ok(page.Answer(
                await desk.Grains.GetGrain<IStatementGrain>(0).ProviderMovements(id.Value, page.Before, page.Count),
                MovementResponse.From))
            : Problems.NotAProvider();

    private static IProviderGrain Provider(Desk desk, ProviderId id) => desk.Grains.GetGrain<IProviderGrain>(id.Value);
}
