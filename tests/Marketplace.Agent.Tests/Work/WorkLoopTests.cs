using System.Threading.Channels;
using Marketplace.Agent.Devices;
using Marketplace.Agent.Inference;
using Marketplace.Agent.Market;
using Marketplace.Agent.Protocol;
using Marketplace.Agent.Tests.Market;
using Marketplace.Agent.Work;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Agent.Tests.Work;

public sealed class WorkLoopTests
{
    /// <summary>A call that begins while the rig is told to stop fails at once, and would be made again at once.</summary>
    [Fact]
    public async Task A_rig_that_is_told_to_stop_while_more_waits_than_it_has_slots_for_stops()
    {
        using var stop = new CancellationTokenSource();
        await using var scene = await Scene.Open();
        scene.Market.Offer(RunningRig.TextOrder("att_1", 1));
        scene.Market.Offer(RunningRig.TextOrder("att_2", 1));
        var running = Task.Run(() => scene.Loop.Run(stop.Token), TestContext.Current.CancellationToken);
        await scene.Texts.Begun.Next("the first text");
        await scene.Texts.Begun.Next("the second text");
        scene.Time.AtNextLook = stop.Cancel;

        // The call for what takes its slot is the one in which the rig is told to stop.
        Assert.True(scene.Attempts.GiveUp("att_1"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => running.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.True(stop.IsCancellationRequested);
        Assert.Equal(0, scene.Attempts.Count);
    }

    /// <summary>A loop of two slots, with a session, that makes texts without an end and nothing else.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        private readonly MarketHttp _http;
        private readonly SessionKeeper _sessions;
        private readonly DeviceKey _key;

        private Scene(FakeMarket market, DeviceKey key)
        {
            var options = RunningRig.Quick with { Slots = 2 };
            var pace = new RetryPace(options, TimeProvider.System, new Random(1));
            (Market, _key) = (market, key);
            _http = new MarketHttp(market.Url, options);
            _sessions = new SessionKeeper(
                _http, new(FakeMarket.DeviceId, "prv_test", market.Url, "host", "eu", 2, key), Time);
            var hub = new HubLink(_http, _sessions, pace, options, TimeProvider.System, NullLogger<HubLink>.Instance);
            var link = new MarketLink(_http, _sessions, hub, options);
            var deliveries = new Deliveries(pace, TimeProvider.System, NullLogger<Deliveries>.Instance);
            Loop = new(
                link,
                Attempts,
                new TextRunner(Texts, link, deliveries, new ResultSigner(key), options, TimeProvider.System),
                units: null!,
                embeddings: null!,
                audits: null!,
                deliveries,
                pace,
                options,
                TimeProvider.System,
                NullLogger<WorkLoop>.Instance);
        }

        public FakeMarket Market { get; }

        public WorkLoop Loop { get; }

        public RunningAttempts Attempts { get; } = new();

        public EndlessTexts Texts { get; } = new();

        /// <summary>Looked at by each call for work as it begins.</summary>
        public HookedTime Time { get; } = new();

        public static async Task<Scene> Open()
        {
            var market = await FakeMarket.Start();
            var data = Directory.CreateTempSubdirectory("agent-tests-").FullName;

            try
            {
                var identity = await Enrolment.Run(
                    market.Url,
                    FakeMarket.Code,
                    new DeviceOffer("host", "host", "a test", 1 << 30, 2, "eu", 1),
                    data,
                    RunningRig.Quick,
                    TestContext.Current.CancellationToken);
                var scene = new Scene(market, identity.Key);
                await scene._sessions.Current(TestContext.Current.CancellationToken);
                return scene;
            }
            finally
            {
                Directory.Delete(data, recursive: true);
            }
        }

        public async ValueTask DisposeAsync()
        {
            _sessions.Dispose();
            _http.Dispose();
            _key.Dispose();
            await Market.DisposeAsync();
        }
    }

    private sealed class EndlessTexts : ITextMaker
    {
        public Channel<string> Begun { get; } = Channel.CreateUnbounded<string>();

        public async Task<TextEnd> Make(TextOrderMessage order, Action<TokenMessage> emit, CancellationToken cancel)
        {
            Begun.Writer.TryWrite(order.Prompt);
            await Task.Delay(Timeout.Infinite, cancel);
            throw new System.Diagnostics.UnreachableException();
        }
    }

    private sealed class HookedTime : TimeProvider
    {
        private Action? _atNextLook;

        /// <summary>Done once, by whoever looks at the time next.</summary>
        public Action AtNextLook
        {
            set => Volatile.Write(ref _atNextLook, value);
        }

        public override DateTimeOffset GetUtcNow()
        {
            Interlocked.Exchange(ref _atNextLook, null)?.Invoke();
            return base.GetUtcNow();
        }
    }
}
