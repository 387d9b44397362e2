using System.Globalization;
using System.Text.Json;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Inference;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Inference;

/// <summary>Writes a job's events as server-sent events, with comments while nothing happens.</summary>
internal sealed class JobStream(
    IGrainFactory grains, IOptions<ApiOptions> options, IOptions<JsonOptions> json, TimeProvider clock)
{
    public const string LastEventIdHeader = "Last-Event-ID";

    // A silo that goes down ends the enumeration; the job is watched again on another one.
    private const int ResumesMax = 10;

    private static readonly TimeSpan ResumePause = TimeSpan.FromMilliseconds(200);

    public IGrainFactory Grains => grains;

    public static bool TryReadEventId(string? text, out int after)
    {
        after = 0;
        return text is null || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after);
    }

    /// <summary>Streams to the end of the job or until the client leaves.</summary>
    public async Task Write(JobId id, int after, HttpResponse response, CancellationToken cancel)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await response.StartAsync(cancel);

        var job = grains.GetGrain<IInferenceJobGrain>(id.Value);

        try
        {
            for (var resume = 0; resume <= ResumesMax; resume++)
            {
                after = await Follow(job, after, response, cancel);

                if (await job.Describe(cancel) is { } view && WorkCycle.IsTerminal(view.State))
                {
                    await Send(response, "done", null, JobResponse.From(view), cancel);
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

    /// <summary>Passes events on until the enumeration ends; answers the number of the last token sent.</summary>
    private async Task<int> Follow(IInferenceJobGrain job, int after, HttpResponse response, CancellationToken cancel)
    {
        var events = job.Watch(after).WithBatchSize(1).GetAsyncEnumerator(cancel);

        try
        {
            while (await Next(events, response, cancel))
            {
                switch (events.Current)
                {
                    case JobEvent.TokenMade made when made.Number > after:
                        after = made.Number;
                        await Send(response, "token", after, TokenEvent.From(made), cancel);
                        break;
                    case JobEvent.StateChanged changed:
                        await Send(response, "state", null, StateEvent.From(changed), cancel);
                        break;
                }
            }
        }
        catch (EnumerationAbortedException)
        {
            // The grain has moved or restarted; the caller watches again after the last token.
        }
        finally
        {
            await events.DisposeAsync();
        }

        return after;
    }

    private async Task<bool> Next(IAsyncEnumerator<JobEvent> events, HttpResponse response, CancellationToken cancel)
    {
        var next = events.MoveNextAsync().AsTask();
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

        return await next;
    }

    private async Task Send<T>(HttpResponse response, string name, int? id, T data, CancellationToken cancel)
    {
        var idLine = id is null ? string.Empty : $"id: {id}\n";
        var body = JsonSerializer.Serialize(data, json.Value.SerializerOptions);

        await response.WriteAsync($"event: {name}\n{idLine}data: {body}\n\n", cancel);
        await response.Body.FlushAsync(cancel);
    }
}
