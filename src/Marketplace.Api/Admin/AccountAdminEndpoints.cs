using Marketplace.Api.Accounts;
using Marketplace.Api.Http;
using Marketplace.Api.Ledger;
using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Admin;

/// <summary>Accounts and keys of others.</summary>
internal static class AccountAdminEndpoints
{
    private const string GrantPrefix = "grant_";

    public static void MapAccountAdmin(this IEndpointRouteBuilder admin)
    {
        var accounts = admin.MapGroup("/accounts/{accountId}").WithTags("Accounts");

        accounts.MapGet("", InspectAccount).RefusesWith(401, 403, 404);
        accounts.MapPost("/credit", CreditAccount).RefusesWith(400, 401, 403, 404, 422);
        accounts.MapPost("/api-keys", IssueKey).RefusesWith(400, 401, 403, 404, 409, 422);
        accounts.MapPost("/api-keys/{keyId}/revoke", RevokeKey).RefusesWith(400, 401, 403, 404);
    }

    /// <summary>An account with its balance and its keys.</summary>
    private static async Task<Results<Ok<AdminAccountResponse>, ProblemHttpResult>> InspectAccount(
        string accountId, Desk desk)
    {
        if (await Find(accountId, desk) is not { } account)
        {
            return Problems.NotFound("account");
        }

        var keys = await desk.Grains.GetGrain<IAccountGrain>(accountId).Keys();
        var balance = await desk.Grains.GetGrain<IStatementGrain>(0).Balance(account.Id);

        return TypedResults.Ok(new AdminAccountResponse(
            AccountResponse.From(account), BalanceResponse.From(balance), [.. keys.Select(ApiKeyResponse.From)]));
    }

    /// <summary>Grants promotional credit. A repeat with the same Idempotency-Key grants it once.</summary>
    private static async Task<Results<Ok<CreditResponse>, ProblemHttpResult>> CreditAccount(
        string accountId,
        CreditRequest request,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        Requester me,
        Desk desk)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        if (await Find(accountId, desk) is not { } account)
        {
            return Problems.NotFound("account");
        }

        var grant = PrefixedId.Write(
            GrantPrefix, IdempotencyKey.Name(account.Id, "credit", idempotencyKey, desk.Clock));
        var grain = desk.Grains.GetGrain<IAccountGrain>(accountId);

        if (!await grain.Credit(grant, request.Amount, me.Act(request.Reason)))
        {
            return Problems.KeyReused();
        }

        var balance = await desk.Grains.GetGrain<IStatementGrain>(0).Balance(account.Id);

        return TypedResults.Ok(new CreditResponse(grant, BalanceResponse.From(balance)));
    }

    /// <summary>
    /// Issues a key for an account, of any scope. The secret is shown this once: a repeat with the same Idempotency-Key
    /// answers the same key without it.
    /// </summary>
    private static async Task<Results<Created<IssuedApiKeyResponse>, ProblemHttpResult>> IssueKey(
        string accountId,
        IssueKeyRequest request,
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

        if (await Find(accountId, desk) is not { } account)
        {
            return Problems.NotFound("account");
        }

        var name = IdempotencyKey.Name(account.Id, "admin/api-keys", idempotencyKey, desk.Clock);
        var (key, secret) = request.ToKey().Make(name, account.IsTest);
        var outcome = await desk.Grains.GetGrain<IAccountGrain>(accountId).IssueKey(key);

        if (outcome is not IssueKeyOutcome.Issued issued)
        {
            return IssuedApiKeyResponse.Refusal(outcome);
        }

        if (!issued.Replayed)
        {
            await desk.Grains.GetGrain<IStatementGrain>(0)
                .Record(me.Act(request.Reason), "key.issue", issued.Key.Id.Value);
        }

        IdempotencyKey.Mark(response, issued.Replayed);

        return TypedResults.Created(
            $"/v1/admin/accounts/{accountId}", IssuedApiKeyResponse.From(issued, secret));
    }

    /// <summary>Revokes any account's key. Repeating it is harmless.</summary>
    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeKey(
        string accountId, string keyId, ReasonRequest request, Requester me, KeyDesk desk)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        return await desk.Revoke(accountId, keyId, me.Act(request.Reason))
            ? TypedResults.NoContent()
            : Problems.NotFound("API key");
    }

    private static async Task<AccountView?> Find(string accountId, Desk desk) =>
        Ids.Read<AccountId>(accountId, out var id)
            ? await desk.Grains.GetGrain<IAccountGrain>(id.Value).Describe()
            : null;
}
