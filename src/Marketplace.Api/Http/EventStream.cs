using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Http;

/// <summary>
/// Writes what happens to something as server-sent events, with comments while nothing does. A client that was cut off
/// sends the last id as Last-Event-ID and misses nothing.
/// </summary>
internal sealed class EventStream(IOptions<ApiOptions> options, IOptions<JsonOptions> json, TimeProvider clock)
{
    public const string LastEventIdHeader = "Last-Event-ID";

    // A silo that goes down ends the enumeration; the thing is watched again on another one.
    public const int ResumesMax = 10;

    public static readonly TimeSpan ResumePause = TimeSpan.FromMilliseconds(200);

    public static bool TryReadEventId(string? text, out int after)
    {
        after = 0;
        return text is null || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after);
    }

    /// <summary>Streams to the end or until the client leaves.</summary>
    public async Task Write<THappening>(
        EventSource<THappening> source, int after, HttpResponse response, CancellationToken cancel)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await response.StartAsync(cancel);

        try
        {
            await SendAll(response, source.Begin, cancel);

            for (var resume = 0; resume <= ResumesMax; resume++)
            {
                after = await Follow(source, after, response, cancel);

                if (await source.End(cancel) is { } end)
                {
                    await SendAll(response, end, cancel);
                    return;
                }

                await Task.Delay(ResumePause, clock, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The client has left; there is nobody to tell.
        }
    }

    /// <summary>Passes events on until the enumeration ends; answers the last id sent.</summary>
    private async Task<int> Follow<THappening>(
        EventSource<THappening> source, int after, HttpResponse response, CancellationToken cancel)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var happenings = source.Watch(after).GetAsyncEnumerator(leaving.Token);
        var next = Task.FromResult(true);

        try
        {
            while (true)
            {
                next = happenings.MoveNextAsync().AsTask();
                await KeepAlive(next, response, cancel);

                if (!await next)
                {
                    break;
                }

                if (source.Tell(happenings.Current, after) is { } told)
                {
                    after = told.Id ?? after;
                    await Send(response, told, cancel);
                }
            }
        }
        catch (EnumerationAbortedException)
        {
            // The grain has moved or restarted; the caller watches again after the last id.
        }
        finally
        {
            // An iterator that is disposed of while it moves throws, which would hide why it is left.
            await leaving.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await happenings.DisposeAsync();
        }

        return after;
    }

    /// <summary>Writes comments until something happens.</summary>
    private async Task KeepAlive(Task next, HttpResponse response, CancellationToken cancel)
    {
        var keepAlive = TimeSpan.FromMilliseconds(options.Value.KeepAliveMilliseconds);

        while (!next.IsCompleted)
        {
            using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var silence = Task.Delay(keepAlive, clock, answered.Token);

            if (await Task.WhenAny(next, silence) == silence)
            {
                cancel.ThrowIfCancellationRequested();
                await response.WriteAsync(": keep-alive\n\n", cancel);
                await response.Body.FlushAsync(cancel);
            }

            await answered.CancelAsync();
        }
    }

    private async Task SendAll(HttpResponse response, IEnumerable<ServerSentEvent> all, CancellationToken cancel)
    {
        foreach (var told in all)
        {
            await Send(response, told, cancel);
        }
    }

    private async Task Send(HttpResponse response, ServerSentEvent told, CancellationToken cancel)
    {
        if (told.Data is null)
        {
            return;
        }

        var nameLine = told.Name is null ? string.Empty : $"event: {told.Name}\n";
        var idLine = told.Id is null || !told.IsIdTold ? string.Empty : $"id: {told.Id}\n";
        var body = told.Data as string ?? JsonSerializer.Serialize(told.Data, json.Value.SerializerOptions);

        await response.WriteAsync($"{nameLine}{idLine}data: {body}\n\n", cancel);
        await response.Body.FlushAsync(cancel);
    }
}
