using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Marketplace.Domain.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StandardWebhooks;

namespace Marketplace.Api.Tests.Webhooks;

/// <summary>A renter's server on loopback, that checks what it is told by a library of somebody else.</summary>
internal sealed class HookReceiver : IAsyncDisposable
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(30);

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Told> _told = new();

    private HookReceiver(WebApplication app) => _app = app;

    /// <summary>What it answers from now on.</summary>
    public int Status { get; set; } = StatusCodes.Status204NoContent;

    public string Url { get; private set; } = string.Empty;

    public IReadOnlyList<Told> All => [.. _told];

    public static async Task<HookReceiver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new HookReceiver(builder.Build());
        receiver._app.MapPost("/hook", receiver.Take);
        await receiver._app.StartAsync();
        var addresses = receiver._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        receiver.Url = $"{addresses.Addresses.Single()}/hook";
        return receiver;
    }

    /// <summary>Waits until it was told so often.</summary>
    public async Task<IReadOnlyList<Told>> Until(int count)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var began = TimeProvider.System.GetTimestamp();

        while (_told.Count < count)
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(began) < WaitMax,
                $"Told {_told.Count} of {count} times within {WaitMax}.");
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        return All;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task<IResult> Take(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        _told.Enqueue(new(body, request.Headers.ToDictionary(
            header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase)));
        return Results.StatusCode(Status);
    }

    internal sealed record Told(
        string Body, IReadOnlyDictionary<string, Microsoft.Extensions.Primitives.StringValues> Headers)
    {
        public JsonElement Json => JsonDocument.Parse(Body).RootElement;

        /// <summary>What is wrong with it by our own check; the library finds none of two signatures.</summary>
        public string? WhyNot(string secret) => WebhookSignature.WhyNot(
            secret,
            Headers[WebhookSignature.IdHeader]!,
            Headers[WebhookSignature.TimestampHeader]!,
            Headers[WebhookSignature.SignatureHeader]!,
            Encoding.UTF8.GetBytes(Body),
            TimeProvider.System.GetUtcNow());

        /// <summary>Throws unless the secret has signed it.</summary>
        public void VerifyBy(string secret) => new StandardWebhook(secret).Verify(
            Body, new HeaderDictionary(Headers.ToDictionary(StringComparer.OrdinalIgnoreCase)));
    }
}
