using Marketplace.Api.Http;
using Marketplace.Domain.Accounts;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Accounts;

/// <summary>Accounts of customers and providers.</summary>
internal static class AccountEndpoints
{
    public static void MapAccounts(this IEndpointRouteBuilder v1)
    {
        var accounts = v1.MapGroup("/accounts").WithTags("Accounts");

        accounts.MapPost("", CreateAccount).RequireAuthorization(Policies.Admin).RefusesWith(400, 401, 403);
        accounts.MapGet("/me", GetMe).RequireAuthorization(Policies.AnyKey).RefusesWith(401);
    }

    /// <summary>Opens an account and issues its first key. For administrators.</summary>
    private static async Task<Results<Created<CreatedAccountResponse>, ProblemHttpResult>> CreateAccount(
        CreateAccountRequest request, Requester me, Desk desk)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        var id = AccountId.From(Guid.CreateVersion7(desk.Now));
        var account = desk.Grains.GetGrain<IAccountGrain>(id.Value);
        var (key, secret) = request.FirstKey().Make(desk.Clock);

        var opened = await account.Open(request.Name);
        var issued = await account.IssueKey(key);
        await desk.Grains.GetGrain<IStatementGrain>(0).Record(me.Act("opened over REST"), "account.open", id.Value);

        return TypedResults.Created(
            "/v1/accounts/me",
            new CreatedAccountResponse(
                AccountResponse.From(opened), new(ApiKeyResponse.From(issued), secret.Text)));
    }

    /// <summary>The account that the API key belongs to, and what the key may do.</summary>
    private static async Task<Results<Ok<MeResponse>, ProblemHttpResult>> GetMe(Requester me, Desk desk) =>
        await desk.Grains.GetGrain<IAccountGrain>(me.Account.Value).Describe() is { } account
            ? TypedResults.Ok(new MeResponse(
                AccountResponse.From(account), me.Caller.Key, Http.Scopes.Show(me.Caller.Scopes)))
            : Problems.NotFound("account");
}
