using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Api.Http;

/// <summary>
/// Requests of this host that carry an <c>Idempotency-Key</c> and have no answer yet. A second one of the same account,
/// address and key is refused at once (409) instead of waiting for the first: it may have been sent because the first
/// seemed lost, and its sender wants to know. As many as there are requests under way, and never kept longer. Another
/// host knows nothing of them; there the second waits for the answer of the first.
/// </summary>
internal sealed class KeysInFlight
{
    private const int RetryAfterSeconds = 1;

    private readonly ConcurrentDictionary<(string Account, string Address, string Key), byte> _keys = new();

    /// <summary>Lets a request through, or refuses it while another with its key is under way.</summary>
    public async Task Pass(HttpContext http, RequestDelegate next)
    {
        if (http.User is not Requester.ApiKeyPrincipal me
            || http.Request.Headers[IdempotencyKey.Header] is not [{ } key])
        {
            await next(http);
            return;
        }

        var flight = (me.Caller.Account.Value, $"{http.Request.Method} {http.Request.Path}", key);

        if (!_keys.TryAdd(flight, 0))
        {
            http.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
            await Problems.KeyInFlight(http.Request.Path).Answer(http);
            return;
        }

        try
        {
            await next(http);
        }
        finally
        {
            _keys.TryRemove(flight, out _);
        }
    }
}
