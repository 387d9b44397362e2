using System.Security.Claims;
using System.Text.Encodings.Web;
using Marketplace.Domain.Accounts;
using Marketplace.Grains.Abstractions.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Api.Http;

/// <summary>
/// Signs a request in by <c>Authorization: Bearer mk_live_…</c>; the key's grain says whom it stands for.
/// </summary>
internal sealed class ApiKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logs,
    UrlEncoder encoder,
    IGrainFactory grains,
    SignInCache<Caller?> cache)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string SchemeName = "ApiKey";

    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();

        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        if (!ApiKeySecret.TryParse(header[Bearer.Length..].Trim(), out var secret))
        {
            return AuthenticateResult.Fail("The bearer token is no API key.");
        }

        var caller = await cache.Get(
            secret!.Hash, () => grains.GetGrain<IApiKeyGrain>(secret.GrainKey).Authenticate(Context.RequestAborted));

        if (caller is null)
        {
            return AuthenticateResult.Fail("The API key is unknown, expired or revoked.");
        }

        var identity = new ClaimsIdentity([new(ClaimTypes.NameIdentifier, caller.Key.Value)], Scheme.Name);
        return AuthenticateResult.Success(new(new Requester.ApiKeyPrincipal(caller, identity), Scheme.Name));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var result = await HandleAuthenticateOnceSafeAsync();
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";

        await Problems.Of(
            StatusCodes.Status401Unauthorized,
            "unauthorized",
            result.Failure?.Message ?? "Send an API key: Authorization: Bearer mk_live_….").Answer(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Problems.Of(
        StatusCodes.Status403Forbidden, "scope-missing", "The API key lacks the scope that this route needs.")
        .Answer(Context);
}
