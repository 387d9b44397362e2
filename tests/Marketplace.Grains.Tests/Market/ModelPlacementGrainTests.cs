using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Orleans.Core.Internal;

namespace Marketplace.Grains.Tests.Market;

[Collection(MarketCollection.Name)]
public sealed class ModelPlacementGrainTests(MarketCluster cluster)
{
    private readonly string _name = $"model-{Guid.NewGuid():n}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IModelPlacementGrain Placement => cluster.Grains.GetGrain<IModelPlacementGrain>(0);

    [Fact]
    public async Task New_work_goes_to_the_device_that_has_its_model_loaded_and_after_a_moment_to_any()
    {
        var scene = await Scene.Open(cluster, devices: 2);
        var order = scene.Order();
        await scene.Device(scene.Devices[1]).KeepModels(Having(order.ModelSha256), Cancel);

        var warm = await scene.Submit(order);
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
        Assert.Equal(warm.Value, (await scene.Pull(1)).Work);

        // The one with the model is busy now, so that nobody waits for it.
        var cold = await scene.Submit(order);
        Assert.Equal(cold.Value, (await scene.Pull()).Work);
    }

    [Fact]
    public async Task Work_that_is_left_to_a_device_that_does_not_come_is_anybodys_after_a_moment()
    {
        var scene = await Scene.Open(cluster, devices: 2);
        var order = scene.Order();
        await scene.Device(scene.Devices[1]).KeepModels(Having(order.ModelSha256), Cancel);

        var job = await scene.Submit(order);
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(job.Value, (await scene.Pull()).Work);
    }

    [Fact]
    public async Task A_device_does_what_it_has_loaded_before_what_came_a_moment_earlier()
    {
        var scene = await Scene.Open(cluster, devices: 1);
        var (cold, warm) = (scene.Order(), scene.Order() with { Model = "other", ModelSha256 = new('b', 64) });
        await scene.Device(scene.Devices[0]).KeepModels(Having(warm.ModelSha256), Cancel);

        var (first, second) = (await scene.Submit(cold), await scene.Submit(warm));
        Assert.Equal(second.Value, (await scene.Pull()).Work);
        await scene.Job(second).Cancel(Cancel);
        Assert.Equal(first.Value, (await scene.Pull()).Work);
    }

    [Fact]
    public async Task A_model_that_work_waits_for_is_placed_kept_and_let_go_when_it_is_wanted_no_more()
    {
        var scene = await Scene.Open(cluster, devices: 2);
        var sha256 = await Register();
        await Tell(scene, []);
        var job = await scene.Submit(Order(scene, sha256));

        await Plan(TimeSpan.FromSeconds(6));
        var asked = Assert.Single(await Tell(scene, []));
        var device = scene.Devices[asked.Device].Id;
        Assert.Equal((_name, sha256, 16), (asked.Model.Name, asked.Model.Sha256, asked.Model.Bytes));
        Assert.True(await Placement.IsAsked(device, sha256, Cancel));
        Assert.False(await Placement.IsAsked(scene.Devices[1 - asked.Device].Id, sha256, Cancel));
        Assert.Equal((true, false), await Seen(device));

        // Whoever asks for work next takes the ticket of a job that is over out of the book.
        Assert.Single(await Tell(scene, [asked.Device], sha256));
        await scene.Job(job).Cancel(Cancel);
        Assert.Null(await scene.Placement.WorkFor(device, Cancel));
        await Plan(TimeSpan.FromSeconds(6));
        Assert.Single(await Tell(scene, [asked.Device], sha256));
        Assert.Equal((true, true), await Seen(device));

        // A restart of ours: what the device was asked for it says itself, and that opens no file to it.
        await cluster.Grains.GetGrain<IGrainManagementExtension>(Placement.GetGrainId()).DeactivateOnIdle(Cancel);
        Assert.Single(await Tell(scene, [asked.Device], sha256));
        Assert.False(await Placement.IsAsked(device, sha256, Cancel));
        await Rest(scene, asked.Device, sha256, TimeSpan.FromMinutes(9));
        Assert.Single(await Tell(scene, [asked.Device], sha256));
        await Rest(scene, asked.Device, sha256, TimeSpan.FromMinutes(2));
        Assert.Empty(await Tell(scene, [asked.Device], sha256));
        Assert.Equal((false, true), await Seen(device));
    }

    [Fact]
    public async Task A_device_that_lost_what_it_was_asked_for_is_not_asked_for_it_again_soon()
    {
        var scene = await Scene.Open(cluster, devices: 1);
        var sha256 = await Register();
        await Tell(scene, []);
        await scene.Submit(Order(scene, sha256));
        await Plan(TimeSpan.FromSeconds(6));
        Assert.Single(await Tell(scene, [0], sha256));

        // Its own work has displaced it.
        Assert.Empty(await Tell(scene, []));
        await Plan(TimeSpan.FromSeconds(6));
        Assert.Empty(await Tell(scene, []));

        await Rest(scene, null, sha256, TimeSpan.FromMinutes(10));
        Assert.Single(await Tell(scene, []));
    }

    [Fact]
    public async Task A_provider_that_lends_nothing_is_asked_for_nothing()
    {
        var scene = await Scene.Open(cluster, devices: 1);
        var sha256 = await Register();
        await scene.Device(scene.Devices[0]).KeepModels(new([], [], 0, 2), Cancel);
        await scene.Submit(Order(scene, sha256));

        await Plan(TimeSpan.FromSeconds(6));

        Assert.Empty(await Placement.Report(scene.Devices[0].Id, new([], [], 0, 2), [], Cancel));
    }

    [Fact]
    public async Task Work_that_waits_has_a_model_placed_although_a_device_says_that_it_has_it()
    {
        var scene = await Scene.Open(cluster, devices: 2);
        var sha256 = await Register();
        await Tell(scene, [0], sha256);
        await scene.Submit(Order(scene, sha256));

        await Plan(TimeSpan.FromSeconds(6));

        var placed = (await Placement.View(Cancel)).Single(view => view.Device == scene.Devices[1].Id);
        Assert.Equal((sha256, true), (placed.Sha256, placed.PlacedAt is not null));
    }

    [Fact]
    public async Task Models_that_a_device_makes_up_are_no_models_and_one_that_it_names_opens_no_file()
    {
        var scene = await Scene.Open(cluster, devices: 1);
        var (device, sha256) = (scene.Devices[0].Id, await Register());
        var before = await ModelGrains();
        TicketModel[] asked = [new($"made-up-{Guid.NewGuid():n}", new('c', 64)), new(_name, sha256)];

        var kept = await Placement.Report(device, Having([new('c', 64), sha256]), asked, Cancel);

        Assert.Equal(sha256, Assert.Single(kept).Sha256);
        Assert.False(await Placement.IsAsked(device, sha256, Cancel));
        Assert.Equal(before, await ModelGrains());
    }

    [Fact]
    public async Task A_device_that_is_not_listed_is_asked_for_nothing_and_gets_no_file()
    {
        var scene = await Scene.Open(cluster, devices: 1);
        var sha256 = await Register();
        await Tell(scene, []);
        await scene.Submit(Order(scene, sha256));
        await Plan(TimeSpan.FromSeconds(6));
        Assert.Single(await Tell(scene, []));
        Assert.True(await Placement.IsAsked(scene.Devices[0].Id, sha256, Cancel));

        await scene.Device(scene.Devices[0]).Drain(new("key_admin", "a look"), Cancel);

        Assert.False(await Placement.IsAsked(scene.Devices[0].Id, sha256, Cancel));
        Assert.Empty(await Tell(scene, []));
    }

    [Fact]
    public async Task A_model_that_a_device_does_not_load_is_placed_elsewhere_after_two_answers()
    {
        var scene = await Scene.Open(cluster, devices: 1);
        var sha256 = await Register();
        await Tell(scene, []);
        await scene.Submit(Order(scene, sha256));
        await Plan(TimeSpan.FromSeconds(6));

        // The first answer may have been lost.
        Assert.Single(await Tell(scene, []));
        Assert.Single(await Tell(scene, []));
        Assert.Empty(await Tell(scene, []));

        await Plan(TimeSpan.FromSeconds(6));
        Assert.Empty(await Tell(scene, []));
        await Rest(scene, null, sha256, TimeSpan.FromMinutes(10));
        Assert.Single(await Tell(scene, []));
    }

    [Fact]
    public async Task A_line_that_drops_for_a_while_does_not_end_a_download()
    {
        var scene = await Scene.Open(cluster, devices: 1);
        var (device, sha256) = (scene.Devices[0].Id, await Register());
        await Tell(scene, []);
        await scene.Submit(Order(scene, sha256));
        await Plan(TimeSpan.FromSeconds(6));
        Assert.Single(await Tell(scene, []));

        await scene.Device(scene.Devices[0]).Disconnected(Cancel);
        Assert.Null((await scene.Device(scene.Devices[0]).Describe(Cancel))!.Models);
        await Plan(TimeSpan.FromMinutes(20));
        Assert.True(await Placement.IsAsked(device, sha256, Cancel));
        await Plan(TimeSpan.FromMinutes(10));
        Assert.False(await Placement.IsAsked(device, sha256, Cancel));
    }

    [Fact]
    public async Task A_model_of_several_files_is_not_given_to_a_device_that_tells_no_models()
    {
        var scene = await Scene.Open(cluster, devices: 1);
        var bundle = ModelBundle.Of([new("a.bin", new('a', 64), 5), new("b.bin", new('b', 64), 6)]);
        var job = await scene.Submit(scene.Order() with { Files = bundle });
        cluster.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(await scene.Placement.WorkFor(scene.Devices[0].Id, Cancel));

        await scene.Device(scene.Devices[0]).KeepModels(Having(), Cancel);

        Assert.Equal(job.Value, (await scene.Pull()).Work);
    }

    [Fact]
    public async Task One_device_with_the_model_is_hinted_and_after_a_moment_those_without()
    {
        var scene = await Scene.Open(cluster, devices: 4);
        var order = scene.Order();
        var hints = new Hints();
        var observer = cluster.Grains.CreateObjectReference<IRigObserver>(hints);
        var rigs = cluster.Grains.GetGrain<IRigDirectoryGrain>(0);

        foreach (var device in scene.Devices)
        {
            await rigs.Connected(device.Id, observer, Cancel);
        }

        await scene.Device(scene.Devices[0]).KeepModels(Having(order.ModelSha256), Cancel);
        await scene.Device(scene.Devices[1]).KeepModels(Having(order.ModelSha256), Cancel);
        await scene.Submit(order);

        var warm = await hints.Next();
        Assert.Contains(warm, scene.Devices.Take(2).Select(device => device.Id));
        cluster.Clock.Advance(TimeSpan.FromSeconds(1));
        DeviceId[] others = [await hints.Next(), await hints.Next()];
        Assert.Equivalent(scene.Devices.Skip(2).Select(device => device.Id), others, strict: true);
    }

    private static DeviceModels Having(params string[] loaded) => new(loaded, [], 1_000, 2);

    private InferenceOrder Order(Scene scene, string sha256) =>
        scene.Order(deadlineSeconds: 3_600) with { Model = _name, ModelSha256 = sha256, ModelBytes = 16 };

    private async Task<string> Register()
    {
        var sha256 = cluster.Blobs.Add(Guid.NewGuid().ToByteArray());
        Assert.IsType<ModelOutcome.Registered>(
            await cluster.Grains.GetGrain<IModelGrain>($"mdl_{_name}").Register(sha256, null, Cancel));
        return sha256;
    }

    private Task Plan(TimeSpan after)
    {
        cluster.Clock.Advance(after);
        return Placement.Plan(Cancel);
    }

    /// <summary>Time goes by, and the devices are heard all along.</summary>
    private async Task Rest(Scene scene, int? having, string sha256, TimeSpan time)
    {
        for (var gone = TimeSpan.Zero; gone < time; gone += TimeSpan.FromSeconds(30))
        {
            await Plan(TimeSpan.FromSeconds(30));
            await Tell(scene, having is { } one ? [one] : [], sha256);
        }
    }

    /// <summary>Every device says what it has; answers what they are asked to keep.</summary>
    private async Task<List<(int Device, KeptModel Model)>> Tell(Scene scene, int[] having, string? sha256 = null)
    {
        var kept = new List<(int, KeptModel)>();

        for (var at = 0; at < scene.Devices.Count; at++)
        {
            var models = having.Contains(at) ? Having(sha256!) : Having();
            await scene.Beat(scene.Devices[at]);
            await scene.Device(scene.Devices[at]).KeepModels(models, Cancel);
            var asked = await Placement.Report(
                scene.Devices[at].Id, models, having.Contains(at) ? [new(_name, sha256!)] : [], Cancel);
            kept.AddRange(asked.Select(model => (at, model)));
        }

        return kept;
    }

    private async Task<int> ModelGrains() =>
        (await cluster.Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics())
            .Count(grain => grain.GrainId.Type.ToString() == "model");

    private async Task<(bool IsPlaced, bool IsLoaded)> Seen(DeviceId device) =>
        (await Placement.View(Cancel)).Single(view => view.Device == device) is var seen
            ? (seen.PlacedAt is not null, seen.IsLoaded)
            : default;
}
