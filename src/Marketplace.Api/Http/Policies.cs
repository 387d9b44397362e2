using Marketplace.Domain.Accounts;
using Microsoft.AspNetCore.Authorization;

namespace Marketplace.Api.Http;

/// <summary>Names of the authorization policies: one per scope of a key, one for any key, one for agents.</summary>
internal static class Policies
{
    public const string AnyKey = "any-key";
    public const string Renter = "renter";
    public const string Provider = "provider";
    public const string Admin = "admin";
    public const string Agent = "agent";

    /// <summary>May see the review queue and give the second yes.</summary>
    public const string Reviews = "reviews";

    /// <summary>May decide cases.</summary>
    public const string Decisions = "decisions";

    /// <summary>May see what was found of a device: its provider and administrators.</summary>
    public const string Findings = "findings";

    /// <summary>May have webhooks; of which events is looked at for each.</summary>
    public const string Webhooks = "webhooks";

    public static void AddAll(AuthorizationOptions options)
    {
        options.AddPolicy(AnyKey, policy => policy
            .AddAuthenticationSchemes(ApiKeyAuthentication.SchemeName)
            .RequireAuthenticatedUser());
        AddScope(options, Renter, ApiKeyScopes.Renter);
        AddScope(options, Provider, ApiKeyScopes.Provider);
        AddScope(options, Admin, ApiKeyScopes.Admin);
        AddScope(options, Findings, ApiKeyScopes.Provider, ApiKeyScopes.Admin);
        AddScope(options, Webhooks, ApiKeyScopes.Renter, ApiKeyScopes.Provider);
        AddScope(options, Reviews, ApiKeyScopes.Compliance, ApiKeyScopes.Finance, ApiKeyScopes.Admin);
        AddScope(options, Decisions, ApiKeyScopes.Compliance, ApiKeyScopes.Admin);
        options.AddPolicy(Agent, policy => policy
            .AddAuthenticationSchemes(AgentGateway.AgentAuthentication.SchemeName)
            .RequireAuthenticatedUser());
    }

    /// <summary>A policy that any one of the scopes fulfils.</summary>
    private static void AddScope(
        AuthorizationOptions options, string name, params IReadOnlyList<ApiKeyScopes> scopes) =>
        options.AddPolicy(name, policy => policy
            .AddAuthenticationSchemes(ApiKeyAuthentication.SchemeName)
            .RequireAuthenticatedUser()
            .RequireAssertion(context =>
                context.User is Requester.ApiKeyPrincipal { Caller: var caller }
                && scopes.Any(scope => caller.Scopes.HasFlag(scope))));
}
