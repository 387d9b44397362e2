using Marketplace.Api.Http;
using Marketplace.Domain.Accounts;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Accounts;

/// <summary>Accounts of customers and providers.</summary>
internal static class AccountEndpoints
{
    public static void MapAccounts(this IEndpointRouteBuilder v1)
    {
        var accounts = v1.MapGroup("/accounts").WithTags("Accounts");

        accounts.MapPost("", CreateAccount).RequireAuthorization(Policies.Admin).RefusesWith(400, 401, 403, 422);
        accounts.MapGet("/me", GetMe).RequireAuthorization(Policies.AnyKey).RefusesWith(401);
    }

    /// <summary>
    /// Opens an account and issues its first key. For administrators. A repeat with the same Idempotency-Key answers
    /// the same account and key, without the secret.
    /// </summary>
    private static async Task<Results<Created<CreatedAccountResponse>, ProblemHttpResult>> CreateAccount(
        CreateAccountRequest request,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        Requester me,
        Desk desk,
        HttpResponse response)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        var id = AccountId.From(IdempotencyKey.Name(me.Account, "accounts", idempotencyKey, desk.Clock));
        var account = desk.Grains.GetGrain<IAccountGrain>(id.Value);
        var first = IdempotencyKey.Name(me.Account, "accounts/first-key", idempotencyKey, desk.Clock);
        var (key, secret) = request.FirstKey().Make(first, isTest: !request.Live);

        var opened = await account.Open(request.Name, request.Live);

        if (opened.Name != request.Name
            || opened.IsTest == request.Live
            || await account.IssueKey(key) is not IssueKeyOutcome.Issued issued)
        {
            return Problems.KeyReused();
        }

        if (!issued.Replayed)
        {
            await desk.Grains.GetGrain<IStatementGrain>(0).Record(me.Act("opened over REST"), "account.open", id.Value);
        }

        IdempotencyKey.Mark(response, issued.Replayed);

        return TypedResults.Created(
            "/v1/accounts/me",
            new CreatedAccountResponse(AccountResponse.From(opened), IssuedApiKeyResponse.From(issued, secret)));
    }

    /// <summary>The account that the API key belongs to, and what the key may do.</summary>
    private static async Task<Results<Ok<MeResponse>, ProblemHttpResult>> GetMe(Requester me, Desk desk) =>
        await desk.Grains.GetGrain<IAccountGrain>(me.Account.Value).Describe() is { } account
            ? TypedResults.Ok(new MeResponse(
                AccountResponse.From(account), me.Caller.Key, Http.Scopes.Show(me.Caller.Scopes)))
            : Problems.NotFound("account");
}
