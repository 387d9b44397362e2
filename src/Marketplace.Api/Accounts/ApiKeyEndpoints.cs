using Marketplace.Api.Http;
using Marketplace.Domain.Accounts;
using Marketplace.Grains.Abstractions.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Accounts;

/// <summary>API keys of the caller's account.</summary>
internal static class ApiKeyEndpoints
{
    public static void MapApiKeys(this IEndpointRouteBuilder v1)
    {
        var keys = v1.MapGroup("/api-keys").WithTags("API keys").RequireAuthorization(Policies.AnyKey);

        keys.MapGet("", ListKeys).RefusesWith(401);
        keys.MapPost("", CreateKey).RefusesWith(400, 401, 403, 409, 422);
        keys.MapGet("/{keyId}", GetKey).RefusesWith(401, 404);
        keys.MapDelete("/{keyId}", RevokeKey).RefusesWith(401, 403, 404);
    }

    /// <summary>The account's keys, newest first; at most 100, on one page.</summary>
    private static async Task<Ok<PageResponse<ApiKeyResponse>>> ListKeys(Requester me, Desk desk)
    {
        var keys = await desk.Grains.GetGrain<IAccountGrain>(me.Account.Value).Keys();
        return TypedResults.Ok(new PageResponse<ApiKeyResponse>([.. keys.Select(ApiKeyResponse.From)], false, null));
    }

    /// <summary>
    /// Issues a key. It can do no more than the key that asks for it. The secret is shown this once: a repeat with the
    /// same Idempotency-Key answers the same key without it.
    /// </summary>
    private static async Task<Results<Created<IssuedApiKeyResponse>, ProblemHttpResult>> CreateKey(
        CreateApiKeyRequest request,
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

        if (IsBeyond(request.ToScopes(), me))
        {
            return Problems.Of(
                StatusCodes.Status403Forbidden, "scope-missing", "A key can issue keys of its own scopes only.");
        }

        var account = desk.Grains.GetGrain<IAccountGrain>(me.Account.Value);
        var own = (await account.Keys()).FirstOrDefault(held => held.Id == me.Caller.Key);
        var name = IdempotencyKey.Name(me.Account, "api-keys", idempotencyKey, desk.Clock);
        var (key, secret) = request.EndingBy(own?.ExpiresAt).Make(name, (await account.Describe())!.IsTest);
        var outcome = await account.IssueKey(key);

        if (outcome is not IssueKeyOutcome.Issued issued)
        {
            return IssuedApiKeyResponse.Refusal(outcome);
        }

        IdempotencyKey.Mark(response, issued.Replayed);

        return TypedResults.Created($"/v1/api-keys/{issued.Key.Id}", IssuedApiKeyResponse.From(issued, secret));
    }

    /// <summary>One key, without its secret.</summary>
    private static async Task<Results<Ok<ApiKeyResponse>, ProblemHttpResult>> GetKey(
        string keyId, Requester me, Desk desk)
    {
        var keys = await desk.Grains.GetGrain<IAccountGrain>(me.Account.Value).Keys();

        return keys.FirstOrDefault(key => key.Id.Value == keyId) is { } found
            ? TypedResults.Ok(ApiKeyResponse.From(found))
            : Problems.NotFound("API key");
    }

    /// <summary>Revokes a key: from now on it is refused with 401. Repeating it is harmless.</summary>
    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeKey(
        string keyId, Requester me, Desk desk, SignInCache<Caller?> cache)
    {
        var account = desk.Grains.GetGrain<IAccountGrain>(me.Account.Value);
        var target = (await account.Keys()).FirstOrDefault(held => held.Id.Value == keyId);

        if (target is not null && IsBeyond(target.Scopes, me))
        {
            return Problems.Of(
                StatusCodes.Status403Forbidden, "scope-missing", "A key can revoke keys of its own scopes only.");
        }

        if (target is null || !await account.RevokeKey(target.Id))
        {
            return Problems.NotFound("API key");
        }

        cache.Forget(caller => caller?.Key == target.Id);
        return TypedResults.NoContent();
    }

    private static bool IsBeyond(ApiKeyScopes scopes, Requester me) =>
        (scopes & ~me.Caller.Scopes) != ApiKeyScopes.None;
}
