using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.StripeSim;

/// <summary>
/// A stand-in for Stripe on loopback, reached through the client's API base. It keeps state, treats idempotency keys as
/// Stripe does, and fails when it is told to.
/// </summary>
public sealed class StripeServer : IAsyncDisposable
{
    private const string KeyHeader = "Idempotency-Key";

    private readonly Lock _gate = new();
    private readonly List<(SimFault Fault, string Method, string Path)> _faults = [];
    private readonly StripeRoutes _routes;
    private readonly IdempotencyKeys _keys;
    private readonly TimeProvider _clock;
    private readonly WebApplication _app;

    private StripeServer(WebApplication app, TimeProvider clock)
    {
        _app = app;
        _clock = clock;
        World = new StripeWorld(clock);
        _routes = new StripeRoutes(World);
        _keys = new IdempotencyKeys(clock);
    }

    public StripeWorld World { get; }

    /// <summary>What <c>ApiBase</c> must be.</summary>
    public string Url { get; private set; } = string.Empty;

    /// <summary>Requests that change something and got through, in order: method and path.</summary>
    public List<string> Changes { get; } = [];

    /// <summary>When set, a POST waits for it after it has claimed its key.</summary>
    public Task? HeldUp { get; set; }

    public static async Task<StripeServer> Start(TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new StripeServer(app, clock);
        app.Run(server.Handle);
        await app.StartAsync();
        server.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return server;
    }

    /// <summary>The next request that fits goes wrong, once.</summary>
    public void Fail(SimFault fault, string method, string path)
    {
        lock (_gate)
        {
            _faults.Add((fault, method, path));
        }
    }

    /// <summary>An event as it goes over the wire: the body and its signature header.</summary>
    public (string Body, string Signature) Pack(SimEvent one, Delivery delivery)
    {
        var body = one.Body(delivery.ApiVersion);
        var header = WebhookSigner.Header(body, _clock.GetUtcNow() - delivery.Age, delivery.Secrets);
        return (delivery.IsTampered ? body.Replace("\"livemode\":false", "\"livemode\":true", StringComparison.Ordinal) : body, header);
    }

    /// <summary>Posts an event to an endpoint; a 2xx means that it is delivered.</summary>
    public async Task<int> Deliver(HttpClient http, Uri endpoint, SimEvent one, Delivery delivery, CancellationToken cancel)
    {
        var (body, signature) = Pack(one, delivery);
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Stripe-Signature", signature);
        using var answer = await http.SendAsync(request, cancel);
        one.IsDelivered |= answer.IsSuccessStatusCode;
        return (int)answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task Handle(HttpContext http)
    {
        if (!http.Request.Headers.Authorization.ToString().StartsWith("Bearer sk_test_", StringComparison.Ordinal))
        {
            await Write(http, Refusal(new SimException(401, "invalid_request_error", null, "Invalid API Key provided.")));
            return;
        }

        var form = await Read(http.Request);
        var (reply, isLost) = await Answer(http.Request, form);

        if (isLost)
        {
            http.Abort();
            return;
        }

        await Write(http, reply);
    }

    private async Task<(SimReply Reply, bool IsLost)> Answer(HttpRequest request, Dictionary<string, string> form)
    {
        var fault = Take(request);
        var key = HttpMethods.IsPost(request.Method) ? request.Headers[KeyHeader].ToString() : string.Empty;

        if (fault == SimFault.TooMany)
        {
            return (Refusal(new SimException(429, "invalid_request_error", "rate_limit", "Too many requests.")), false);
        }

        try
        {
            if (key.Length > 0 && _keys.Begin(key, Hash(request, form)) is { } known)
            {
                return (known, fault == SimFault.LostAnswer);
            }
        }
        catch (SimException refusal)
        {
            return (Refusal(refusal), false);
        }

        await (HttpMethods.IsPost(request.Method) ? HeldUp ?? Task.CompletedTask : Task.CompletedTask);
        return (Run(request, form, key, fault), fault == SimFault.LostAnswer);
    }

    private SimReply Run(HttpRequest request, Dictionary<string, string> form, string key, SimFault? fault)
    {
        SimReply reply;

        try
        {
            var made = fault == SimFault.ErrorBefore
                ? []
                : _routes.Answer(request.Method, request.Path, new SimForm(form));
            Note(request);
            reply = fault is SimFault.ErrorBefore or SimFault.ErrorAfter
                ? Refusal(new SimException(500, "api_error", null, "Something went wrong on our side."))
                : new(200, made.ToJsonString());
        }
        catch (SimException refusal)
        {
            reply = Refusal(refusal);
        }

        // Refused parameters are not remembered.
        if (key.Length > 0 && reply.Status is 400 or 404)
        {
            _keys.Forget(key);
        }
        else if (key.Length > 0)
        {
            _keys.Keep(key, reply);
        }

        return reply;
    }

    private void Note(HttpRequest request)
    {
        if (HttpMethods.IsPost(request.Method))
        {
            lock (_gate)
            {
                Changes.Add($"{request.Method} {request.Path}");
            }
        }
    }

    private SimFault? Take(HttpRequest request)
    {
        lock (_gate)
        {
            var at = _faults.FindIndex(one => one.Method == request.Method
                && request.Path.StartsWithSegments(one.Path, StringComparison.Ordinal));

            if (at < 0)
            {
                return null;
            }

            var fault = _faults[at].Fault;
            _faults.RemoveAt(at);
            return fault;
        }
    }

    private static string Hash(HttpRequest request, Dictionary<string, string> form) =>
        $"{request.Method} {request.Path}?" + string.Join('&', form.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}={pair.Value}"));

    private static async Task<Dictionary<string, string>> Read(HttpRequest request)
    {
        var form = request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);

        if (request.HasFormContentType)
        {
            foreach (var (name, value) in await request.ReadFormAsync())
            {
                form[name] = value.ToString();
            }
        }

        return form;
    }

    private static SimReply Refusal(SimException refusal) => new(refusal.Status, new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["type"] = refusal.Type,
            ["code"] = refusal.Code,
            ["message"] = refusal.Message,
        },
    }.ToJsonString());

    private static async Task Write(HttpContext http, SimReply reply)
    {
        http.Response.StatusCode = reply.Status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(reply.Body);
    }
}
