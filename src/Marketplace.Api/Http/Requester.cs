using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Compliance;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Accounts;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Api.Http;

/// <summary>Who a request comes from, as a handler's parameter.</summary>
internal sealed record Requester(Caller Caller)
{
    public AccountId Account => Caller.Account;

    public bool IsAdmin => Caller.Scopes.HasFlag(ApiKeyScopes.Admin);

    public bool IsProvider([NotNullWhen(true)] out ProviderId? provider)
    {
        provider = Caller.Provider;
        return provider is not null;
    }

    /// <summary>An act of this administrator.</summary>
    public AdminAct Act(string reason) => new(Caller.Key.Value, reason);

    /// <summary>This person, acting on a case of the review queue.</summary>
    public Reviewer Reviewer(string reason) => new(Account, Caller.Key.Value, reason);

    public static ValueTask<Requester?> BindAsync(HttpContext http) =>
        ValueTask.FromResult(http.User is ApiKeyPrincipal principal ? new Requester(principal.Caller) : null);

    /// <summary>The signed-in user of a request with an API key.</summary>
    internal sealed class ApiKeyPrincipal(Caller caller, ClaimsIdentity identity) : ClaimsPrincipal(identity)
    {
        public Caller Caller { get; } = caller;
    }
}
