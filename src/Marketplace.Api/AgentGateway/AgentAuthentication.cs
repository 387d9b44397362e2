using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Marketplace.Agent.Protocol;
using Marketplace.Api.Http;
using Marketplace.Domain.Devices;
using Marketplace.Grains.Abstractions.Devices;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.AgentGateway;

/// <summary>
/// Signs an agent in by the bearer token of its session; sockets may send it as <c>access_token</c>. The token names
/// its device, and the device's grain says whether the session lives.
/// </summary>
internal sealed class AgentAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logs,
    UrlEncoder encoder,
    IGrainFactory grains,
    SignInCache<bool> cache)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public const string SchemeName = "Agent";

    private const string Bearer = "Bearer ";

    // Ends a token: a session of an agent that speaks another protocol is over once the market speaks this one, so that
    // none is given an order that it cannot read.
    private static readonly string Spoken = string.Create(CultureInfo.InvariantCulture, $".{AgentRoutes.Version}");

    /// <summary>A session's token as its agent is told it.</summary>
    public static string Told(string token) => token + Spoken;

    /// <summary>The device that the signed-in agent serves.</summary>
    public static DeviceId DeviceOf(ClaimsPrincipal user) =>
        DeviceId.Parse(user.FindFirstValue(ClaimTypes.NameIdentifier)!);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        var isHub = Request.Path.StartsWithSegments(AgentRoutes.Hub, StringComparison.Ordinal);
        var inQuery = isHub ? Request.Query["access_token"].ToString() : string.Empty;
        var token = header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? header[Bearer.Length..].Trim()
            : inQuery;

        if (token.Length == 0)
        {
            return AuthenticateResult.NoResult();
        }

        token = token.EndsWith(Spoken, StringComparison.Ordinal) ? token[..^Spoken.Length] : string.Empty;

        if (SessionToken.DeviceOf(token) is not { } device
            || !await cache.Get(token, () => grains.GetGrain<IDeviceGrain>(device.Value).IsSession(token)))
        {
            return AuthenticateResult.Fail("The session is unknown or over: sign in again.");
        }

        var identity = new ClaimsIdentity([new(ClaimTypes.NameIdentifier, device.Value)], Scheme.Name);
        return AuthenticateResult.Success(new(new(identity), Scheme.Name));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var result = await HandleAuthenticateOnceSafeAsync();

        await Problems.Of(
            StatusCodes.Status401Unauthorized,
            "unauthorized",
            result.Failure?.Message ?? "Send the token of a session.").ExecuteAsync(Context);
    }
}
