using Marketplace.Agent.Cache;
using Marketplace.Agent.Devices;
using Marketplace.Agent.Inference;
using Marketplace.Agent.Market;
using Marketplace.Agent.Renders;
using Microsoft.Extensions.Logging;

namespace Marketplace.Agent.Work;

/// <summary>An enrolled device at work: composes the loops and runs them until it is told to stop.</summary>
internal sealed class Rig : IDisposable
{
    private readonly MarketHttp _http;
    private readonly SessionKeeper _sessions;
    private readonly HubLink _hub;
    private readonly Heartbeats _heartbeats;
    private readonly WorkLoop _work;
    private readonly ModelLoop? _models;
    private readonly RunningAttempts _attempts = new();

    public Rig(
        DeviceIdentity identity,
        string dataDirectory,
        Func<ContentCache, RigEngines> engines,
        AgentOptions options,
        TimeProvider time,
        ILoggerFactory logs)
    {
        var pace = new RetryPace(options, time, new Random());
        _http = new MarketHttp(identity.Market, options);
        _sessions = new SessionKeeper(_http, identity, time);
        _hub = new HubLink(_http, _sessions, pace, options, time, logs.CreateLogger<HubLink>());

        var link = new MarketLink(_http, _sessions, _hub, options);
        var download = new BlobDownload(link, _attempts, pace, options, logs.CreateLogger<BlobDownload>());
        var engine = engines(
            new ContentCache(dataDirectory, download, options, time, logs.CreateLogger<ContentCache>()));
        var signer = new ResultSigner(identity.Key);
        var deliveries = new Deliveries(pace, time, logs.CreateLogger<Deliveries>());

        _heartbeats = new Heartbeats(link, _attempts, options, time, logs.CreateLogger<Heartbeats>());
        _models = engine.Models is { } models
            ? new ModelLoop(models, link, options, time, logs.CreateLogger<ModelLoop>())
            : null;
        _work = new WorkLoop(
            link,
            _attempts,
            new TextRunner(engine.Texts, link, deliveries, signer, options, time),
            new UnitRunner(engine.Units, link, deliveries, signer),
            new EmbeddingRunner(engine.Vectors, link, deliveries, signer),
            new AuditRunner(engine.Audits, link, deliveries, signer, options),
            deliveries,
            pace,
            options,
            time,
            logs.CreateLogger<WorkLoop>());
    }

    /// <summary>Works until cancelled; ends with the fault when one of its loops breaks.</summary>
    public async Task Run(CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task[] loops =
        [
            _hub.Run(stop.Token),
            Hear(stop.Token),
            _heartbeats.Run(stop.Token),
            _work.Run(stop.Token),
            _models?.Run(stop.Token) ?? Task.Delay(Timeout.InfiniteTimeSpan, stop.Token),
        ];

        var first = await Task.WhenAny(loops);
        await stop.CancelAsync();

        try
        {
            await Task.WhenAll(loops);
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            // Told to stop: calls in flight end in many ways.
        }
        catch (Exception) when (first.IsFaulted)
        {
            // The first to break is the reason.
            await first;
        }
    }

    public void Dispose()
    {
        _sessions.Dispose();
        _http.Dispose();
    }

    private async Task Hear(CancellationToken cancel)
    {
        await foreach (var hint in _hub.Hints.ReadAllAsync(cancel))
        {
            switch (hint)
            {
                case HubHint.Abandon abandon:
                    _attempts.GiveUp(abandon.Attempt);
                    break;
                case HubHint.Connected:
                    _heartbeats.Now();
                    _work.Wake();
                    break;
                default:
                    _work.Hint();
                    break;
            }
        }
    }
}
