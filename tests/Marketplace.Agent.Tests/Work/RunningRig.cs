using Marketplace.Agent.Devices;
using Marketplace.Agent.Protocol;
using Marketplace.Agent.Tests.Market;
using Marketplace.Agent.Work;
using Marketplace.Compute.Devices;
using Microsoft.Extensions.Logging;

namespace Marketplace.Agent.Tests.Work;

/// <summary>An agent with the production wiring, enrolled with a fake market, working until disposed of.</summary>
internal sealed class RunningRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Rig _rig;
    private Task? _running;

    private readonly DeviceEngines? _real;
    private readonly ComputeDevice? _device;

    private RunningRig(
        FakeMarket market,
        string data,
        DeviceIdentity identity,
        AgentOptions options,
        Func<ComputeDevice, AgentOptions, DeviceEngines>? real)
    {
        Market = market;
        Data = data;
        ScriptedEngines? engines = null;

        if (real is not null)
        {
            _device = ComputeDevice.Open(DeviceChoice.Of(DeviceKind.Host), 2);
            _real = real(_device, options);
        }

        _rig = new Rig(
            identity,
            data,
            cache =>
            {
                engines = new ScriptedEngines(cache);
                return _real?.For(cache) ?? new RigEngines(engines, engines, engines);
            },
            options,
            TimeProvider.System,
            LoggerFactory.Create(_ => { }));
        Engines = engines!;
    }

    public static AgentOptions Quick { get; } = new()
    {
        PollInterval = TimeSpan.FromMilliseconds(50),
        HeartbeatInterval = TimeSpan.FromMilliseconds(100),
        RetryFirst = TimeSpan.FromMilliseconds(10),
        RetryMax = TimeSpan.FromMilliseconds(50),
        ModelRetry = TimeSpan.FromMilliseconds(300),
    };

    public FakeMarket Market { get; }

    public string Data { get; }

    public ScriptedEngines Engines { get; }

    /// <summary>A rig with real engines on the processor.</summary>
    public static async Task<RunningRig> StartWith(Func<ComputeDevice, AgentOptions, DeviceEngines> real)
    {
        var rig = await Create(real: real);
        rig.Run();

        return rig;
    }

    public static async Task<RunningRig> Create(
        FakeMarket? market = null,
        AgentOptions? options = null,
        Func<ComputeDevice, AgentOptions, DeviceEngines>? real = null)
    {
        market ??= await FakeMarket.Start();
        var data = Directory.CreateTempSubdirectory("agent-tests-").FullName;
        var identity = await Enrolment.Run(
            market.Url,
            FakeMarket.Code,
            new DeviceOffer("host", "host", "a test", 1 << 30, 2, "eu", 1),
            data,
            options ?? Quick,
            TestContext.Current.CancellationToken);

        return new RunningRig(market, data, identity, options ?? Quick, real);
    }

    public static async Task<RunningRig> Start(AgentOptions? options = null)
    {
        var rig = await Create(null, options);
        rig.Run();

        return rig;
    }

    public void Run() => _running = Task.Run(() => _rig.Run(_stop.Token));

    public static WorkOrderMessage TextOrder(
        string attempt, int maxTokens, string sha256 = "", long bytes = 0, TokenMessage[]? prefix = null) => new(
        attempt,
        "job_test",
        TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(5),
        new TextOrderMessage("m", sha256, bytes, "Once", maxTokens, 0, 1, prefix ?? []),
        null);

    public static WorkOrderMessage EmbeddingOrder(
        string attempt, string sha256, long bytes, params EmbeddingInputMessage[] inputs) => new(
        attempt,
        "job_test",
        TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(5),
        null,
        null,
        new EmbeddingOrderMessage("m", sha256, bytes, inputs));

    public static WorkOrderMessage UnitOrder(string attempt, int x, int y) => new(
        attempt,
        "rnd_test",
        TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(5),
        null,
        new UnitOrderMessage([], "scene.glb", null, 64, 64, null, 1, 8, 0, 24, x, y, 16, 16, 0, 16));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();

        if (_running is not null)
        {
            await _running.WaitAsync(TimeSpan.FromSeconds(60));
        }

        _rig.Dispose();
        _real?.Dispose();
        _device?.Dispose();
        _stop.Dispose();
        await Market.DisposeAsync();
        Directory.Delete(Data, recursive: true);
    }
}
