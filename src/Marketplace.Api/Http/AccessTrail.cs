using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Http;

/// <summary>
/// Tells the access log of every request with an API key that was answered with success. The route is told as it is
/// written in the documents, so that neither ids nor what was asked for stand in the log.
/// </summary>
internal sealed class AccessTrail(IAccessLog log)
{
    private const string Nowhere = "unknown";

    public async Task Pass(HttpContext http, RequestDelegate next)
    {
        await next(http);

        if (http.Response.StatusCode < StatusCodes.Status400BadRequest
            && http.User is Requester.ApiKeyPrincipal { Caller: var caller }
            && http.GetEndpoint() is RouteEndpoint route)
        {
            log.Seen(
                caller.Account,
                caller.Key,
                http.Connection.RemoteIpAddress?.ToString() ?? Nowhere,
                $"{http.Request.Method} {route.RoutePattern.RawText}");
        }
    }
}
