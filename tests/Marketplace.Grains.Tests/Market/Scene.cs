using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Providers;
using Marketplace.Grains.Abstractions.Renders;
using Marketplace.Ledger;

namespace Marketplace.Grains.Tests.Market;

/// <summary>A customer with money and devices of a class of their own, so that scenes do not meet in a book.</summary>
internal sealed class Scene
{
    public static readonly DeviceAsk Ask =
        new(Usdc.FromMicros(1_000_000), Usdc.FromMicros(2_000_000), Usdc.FromMicros(3_000_000));

    private readonly MarketCluster _cluster;
    private readonly string _name = $"Rig {Guid.NewGuid():n}";
    private int _jobs;

    private Scene(MarketCluster cluster, AccountId customer)
    {
        _cluster = cluster;
        Customer = customer;
    }

    public AccountId Customer { get; }

    public List<DeviceView> Devices { get; } = [];

    public IPlacementGrain Placement => _cluster.Grains.GetGrain<IPlacementGrain>(0);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<Scene> Open(MarketCluster cluster, int devices = 1, long micros = 1_000_000)
    {
        var customer = AccountId.From(Guid.NewGuid());
        await cluster.Grains.GetGrain<IAccountGrain>(customer.Value).Open("Renter", live: true, Cancel);

        if (micros > 0)
        {
            await cluster.Deposit(customer, Usdc.FromMicros(micros));
        }

        var scene = new Scene(cluster, customer);

        for (var number = 0; number < devices; number++)
        {
            scene.Devices.Add(await scene.Enrol());
        }

        return scene;
    }

    /// <summary>The customer owes money, as after a dispute about what is spent already.</summary>
    public async Task Owe(long micros) => Assert.True((await _cluster.Books.Post(
        Entry.Of(new Journal(
            $"debt:{Customer}",
            "test",
            [.. Journal.Move(Chart.Receivable(Customer), Chart.Suspense, Usdc.FromMicros(micros))])),
        Cancel)).Stands);

    /// <summary>A device of a new provider, enrolled by code, asking <see cref="Ask"/>, heard just now.</summary>
    public async Task<DeviceView> Enrol(int slots = 1)
    {
        var provider = await NewProvider();
        return await Enrol(provider, slots);
    }

    /// <summary>One more device of a provider.</summary>
    public async Task<DeviceView> Enrol(ProviderId provider, int slots = 1)
    {
        var code = await _cluster.Grains.GetGrain<IProviderGrain>(provider.Value).IssueEnrolmentCode(null, Cancel);
        var spec = new DeviceSpec(DeviceKind.Host, _name, 1_000_000, 2, "eu", slots, "0.1.0");
        var device = await _cluster.Grains.GetGrain<IEnrolmentGrain>(EnrolmentKey.Of(code.Code!))
            .Redeem(new(Guid.NewGuid().ToByteArray(), spec), Cancel);
        await Device(device!).SetAsk(Ask, Cancel);
        await Beat(device!);

        return device!;
    }

    private async Task<ProviderId> NewProvider()
    {
        var owner = AccountId.From(Guid.NewGuid());
        var account = _cluster.Grains.GetGrain<IAccountGrain>(owner.Value);
        await account.Open("Owner", live: true, Cancel);
        return await account.BecomeProvider("Provider", Cancel);
    }

    public IDeviceGrain Device(DeviceView device) => _cluster.Grains.GetGrain<IDeviceGrain>(device.Id.Value);

    public Task Beat(DeviceView device, params Domain.Leases.AttemptId[] running) =>
        Device(device).Heartbeat(new(1, running), Cancel);

    public InferenceOrder Order(int maxTokens = 4, int deadlineSeconds = 600, string prompt = "Once") => new(
        "stories",
        new string('a', 64),
        1_000,
        prompt,
        maxTokens,
        0,
        1,
        Needs(WorkKind.Text),
        deadlineSeconds);

    public WorkNeeds Needs(WorkKind kind) =>
        new(kind, Ask, 1_000, null, DeviceClass.Of(new(DeviceKind.Host, _name, 1, 1, "eu", 1, "0.1.0")));

    public JobId NewJob() => JobId.From(PrefixedId.Derive(_name, $"{++_jobs}"));

    public IInferenceJobGrain Job(JobId job) => _cluster.Grains.GetGrain<IInferenceJobGrain>(job.Value);

    /// <summary>Submits, a moment after the last one, so that orders have an order; takes the answer for granted.</summary>
    public async Task<JobId> Submit(InferenceOrder? order = null)
    {
        var job = NewJob();
        _cluster.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.IsType<SubmitOutcome.Accepted>(await Placement.Submit(job, Customer, order ?? Order(), Cancel));
        return job;
    }

    public async Task<WorkOrder> Pull(int device = 0)
    {
        var work = await Placement.WorkFor(Devices[device].Id, Cancel);
        Assert.NotNull(work);
        return work;
    }

    public static IReadOnlyList<Token> Tokens(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(at => new Token(at, $" w{at}"))];

    /// <summary>Sums of the size of a tile of <see cref="Render"/>; another try is another file.</summary>
    public static UnitDelivery Sums(MarketCluster cluster, int unit, int attempt)
    {
        var bytes = new byte[(128 * 128 * 12) + 48];
        BitConverter.TryWriteBytes(bytes, unit);
        BitConverter.TryWriteBytes(bytes.AsSpan(sizeof(int)), attempt);

        return new(cluster.Blobs.Add(bytes), bytes.Length);
    }

    /// <summary>Two frames of two tiles each.</summary>
    public RenderOrder Render(string rootSha, int frames = 2) => new(
        new("box.glb", [new("box.glb", rootSha, 3)], null),
        256,
        128,
        16,
        [.. Enumerable.Range(1, frames)],
        24,
        null,
        1,
        8,
        Needs(WorkKind.Render),
        600);
}
