using Marketplace.Agent.Protocol;
using Marketplace.Agent.Tests.Market;
using Marketplace.Agent.Tests.Work;
using Marketplace.Agent.Work;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Scenes.Procedural;
using Marketplace.Compute.Rendering.Tracing;
using Marketplace.Compute.Rendering.Verification;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Verification;
using NSec.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Agent.Tests.Renders;

public sealed class SceneUnitTracerTests
{
    [Theory]
    [InlineData(0f)]
    [InlineData(0.5f)]
    public async Task A_unit_of_the_market_has_the_bits_of_a_local_one(float indirectMax)
    {
        await using var rig = await RealRig();
        var glb = ProceduralScene.ToGlb();

        var order = Order(rig.Market, glb, "scene.glb");
        rig.Market.Offer(order with { Unit = order.Unit! with { IndirectMax = indirectMax } });
        var done = await rig.Market.Units.Next("the unit");

        using var device = ComputeDevice.Open(DeviceChoice.Of(DeviceKind.Host), 1);
        var scene = SceneReader.Read(glb);
        using var tracer = new PathTracer(scene, device);
        var view = new RenderView { Width = 32, Height = 24, Camera = scene.Cameras[0], Seed = 5, Frame = 2, MaxBounces = 4, IndirectMax = indirectMax };
        var expected = tracer.Trace(
            view, new Tile(8, 8, 16, 16), new SampleRange(16, 16), TestContext.Current.CancellationToken);
        Assert.Equal(expected.ToBytes(), rig.Market.Blob(done.SumsSha256));
    }

    [Fact]
    public async Task A_scene_is_told_as_soon_as_it_is_loaded_and_its_moments_are_one_scene()
    {
        await using var rig = await RunningRig.Create(
            options: RunningRig.Quick with { HeartbeatInterval = TimeSpan.FromHours(1) },
            real: (device, options) => new DeviceEngines(
                device, options, TimeProvider.System, NullLoggerFactory.Instance));
        rig.Run();
        Assert.Empty((await rig.Market.Models.Next("the first word")).Scenes!);
        var still = Order(rig.Market, ProceduralScene.ToGlb(), "scene.glb");
        var moving = Moving(rig.Market, "att_2");

        rig.Market.Offer(still);
        var first = await rig.Market.Models.Next("the scene told");
        rig.Market.Offer(moving with { Unit = moving.Unit! with { Animation = "Swing" } });
        var second = await rig.Market.Models.Next("the moving scene told");

        Assert.Equal([NameOf(still)], first.Scenes!);
        Assert.Equal([.. new[] { NameOf(still), NameOf(moving) }.Order(StringComparer.Ordinal)], second.Scenes!);

        static string NameOf(WorkOrderMessage order) => SceneContent.IdOf(
            order.Unit!.Root, null, null, order.Unit.Files.Select(file => (file.Path, file.Sha256)));
    }

    [Fact]
    public async Task A_camera_that_the_order_brings_is_used_and_one_that_is_none_is_the_orders_fault()
    {
        await using var rig = await RealRig();
        var glb = ProceduralScene.ToGlb();
        var order = Order(rig.Market, glb, "scene.glb");
        var given = new UnitCameraMessage([3f, 2f, 6f], [0f, 1f, 0f], [0f, 1f, 0f], 50f);

        rig.Market.Offer(order with { Unit = order.Unit! with { GivenCamera = given } });
        var done = await rig.Market.Units.Next("the unit");

        using var device = ComputeDevice.Open(DeviceChoice.Of(DeviceKind.Host), 1);
        using var tracer = new PathTracer(SceneReader.Read(glb), device);
        var camera = new Camera { Position = new(3f, 2f, 6f), Target = new(0f, 1f, 0f), VerticalFovDegrees = 50f };
        var view = new RenderView { Width = 32, Height = 24, Camera = camera, Seed = 5, Frame = 2, MaxBounces = 4 };
        var expected = tracer.Trace(
            view, new Tile(8, 8, 16, 16), new SampleRange(16, 16), TestContext.Current.CancellationToken);
        Assert.Equal(expected.ToBytes(), rig.Market.Blob(done.SumsSha256));

        rig.Market.Offer(order with
        {
            Attempt = "att_2",
            Unit = order.Unit! with { GivenCamera = given with { Target = [0f, float.NaN, 0f] } },
        });
        var failed = await rig.Market.Failures.Next("the failure");
        Assert.Equal((WorkFault.Unsupported, true), (failed.Code, failed.OrderAtFault));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_drawn_unit_shows_the_leaves_that_it_has_committed_to_and_another_does_not(bool hasHub)
    {
        await using var rig = await RealRig();
        rig.Market.HasHub = hasHub;
        rig.Market.CutSockets();
        rig.Market.OnUnit = message =>
            message.Attempt == "att_1" && message.LeavesSha256 is null ? DeliverReply.Open : DeliverReply.Accepted;
        var order = Order(rig.Market, ProceduralScene.ToGlb(), "scene.glb");

        foreach (var attempt in new[] { "att_1", "att_2" })
        {
            rig.Market.Offer(order with { Attempt = attempt, Unit = order.Unit! with { FirstSample = 0, Samples = 40 } });
        }

        UnitDoneMessage[] came = [await Next(), await Next(), await Next()];
        var first = came.First(one => one.Attempt == "att_1");
        var opened = came.Single(one => one.LeavesSha256 is not null);
        Assert.Equal(first with { LeavesSha256 = opened.LeavesSha256, LeavesBytes = opened.LeavesBytes }, opened);

        var sums = rig.Market.Blob(first.SumsSha256)!;
        var shown = rig.Market.Blob(opened.LeavesSha256!)!;
        Assert.Equal((3 * sums.Length, opened.LeavesBytes), (shown.Length, shown.Length));
        ReadOnlyMemory<byte>[] files = [.. shown.Chunk(sums.Length)];
        Assert.Equal(first.Leaves, Convert.ToHexStringLower(UnitCommitment.Root(order.Work, files)));
        Assert.Null(UnitLeaves.WhyNot(TileSums.Parse(sums), [.. files.Select(file => TileSums.Parse(file.Span))]));

        var key = PublicKey.Import(
            SignatureAlgorithm.Ed25519, Convert.FromBase64String(rig.Market.Enrolled!.PublicKey), KeyBlobFormat.RawPublicKey);
        var statement = ResultStatement.Unit(
            first.Attempt, order.Work, first.SumsSha256, 16 * 16 * 40, first.Leaves);
        Assert.True(SignatureAlgorithm.Ed25519.Verify(key, statement, Convert.FromBase64String(first.Signature!)));

        async Task<UnitDoneMessage> Next() => await rig.Market.Units.Next("a unit");
    }

    [Fact]
    public async Task A_unit_of_a_moving_scene_shows_the_moment_of_its_frame()
    {
        await using var rig = await RealRig();
        var seen = new List<byte[]>();

        foreach (var (frame, clip) in new[] { (6, "Swing"), (30, "Swing"), (30, null) })
        {
            var order = Moving(rig.Market, $"att_{frame}{clip}");
            rig.Market.Offer(order with { Unit = order.Unit! with { Frame = frame, Animation = clip } });
            var done = await rig.Market.Units.Next($"frame {frame} of {clip}");
            seen.Add(rig.Market.Blob(done.SumsSha256)!);
        }

        var options = new SceneOptions { Animation = "Swing", AnimationSeconds = 30f / 24f };
        var scene = SceneReader.Read("swing.gltf", SwingFiles, options);
        using var device = ComputeDevice.Open(DeviceChoice.Of(DeviceKind.Host), 1);
        using var tracer = new PathTracer(scene, device);
        var view = new RenderView { Width = 32, Height = 24, Camera = scene.Cameras[0], Seed = 5, Frame = 30, MaxBounces = 4 };
        var expected = tracer.Trace(
            view, new Tile(8, 8, 16, 16), new SampleRange(16, 16), TestContext.Current.CancellationToken);
        Assert.Equal(expected.ToBytes(), seen[1]);
        Assert.Equal(3, seen.Select(Convert.ToHexStringLower).Distinct().Count());
    }

    [Theory]
    [InlineData("Fly", 24)]
    [InlineData("Swing", 0)]
    public async Task A_clip_that_the_scene_lacks_and_a_time_that_is_none_are_the_orders_fault(string clip, int rate)
    {
        await using var rig = await RealRig();
        var order = Moving(rig.Market, "att_1");

        rig.Market.Offer(order with { Unit = order.Unit! with { Animation = clip, FramesPerSecond = rate } });
        var failed = await rig.Market.Failures.Next("the failure");

        Assert.Equal(("scene-corrupt", true), (failed.Code, failed.OrderAtFault));
    }

    [Fact]
    public async Task A_scene_stays_loaded_between_units()
    {
        await using var rig = await RealRig();
        var glb = ProceduralScene.ToGlb();
        rig.Market.Offer(Order(rig.Market, glb, "scene.glb"));
        var first = await rig.Market.Units.Next("the first unit");
        Directory.Delete(Path.Combine(rig.Data, "cache"), recursive: true);

        rig.Market.Offer(Order(rig.Market, glb, "scene.glb", "att_2"));
        var second = await rig.Market.Units.Next("the second unit");

        Assert.Equal(first.SumsSha256, second.SumsSha256);
        Directory.CreateDirectory(Path.Combine(rig.Data, "cache"));
    }

    [Fact]
    public async Task A_corrupt_scene_is_the_orders_fault()
    {
        await using var rig = await RealRig();

        rig.Market.Offer(Order(rig.Market, new byte[100], "scene.glb"));
        var failed = await rig.Market.Failures.Next("the failure");

        Assert.Equal(("scene-corrupt", true), (failed.Code, failed.OrderAtFault));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    public async Task A_root_outside_the_scene_is_refused(string root)
    {
        await using var rig = await RealRig();

        rig.Market.Offer(Order(rig.Market, ProceduralScene.ToGlb(), root));
        var failed = await rig.Market.Failures.Next("the failure");

        Assert.Equal(("scene-corrupt", true), (failed.Code, failed.OrderAtFault));
    }

    [Fact]
    public async Task A_camera_that_the_scene_lacks_is_the_orders_fault()
    {
        await using var rig = await RealRig();
        var order = Order(rig.Market, ProceduralScene.ToGlb(), "scene.glb");

        rig.Market.Offer(order with { Unit = order.Unit! with { Camera = 9 } });
        var failed = await rig.Market.Failures.Next("the failure");

        Assert.Equal(("unsupported", true), (failed.Code, failed.OrderAtFault));
    }

    [Fact]
    public async Task A_corrupt_model_is_the_orders_fault_and_names_the_offset()
    {
        await using var rig = await RealRig();
        var sha256 = rig.Market.AddBlob(new byte[64]);

        rig.Market.Offer(RunningRig.TextOrder("att_1", 3, sha256, 64));
        var failed = await rig.Market.Failures.Next("the failure");

        Assert.Equal(("model-corrupt", true), (failed.Code, failed.OrderAtFault));
        Assert.Contains("byte 0", failed.Detail, StringComparison.Ordinal);
    }

    /// <summary>A triangle before a fixed camera, which moves aside within two seconds.</summary>
    private static Dictionary<string, ReadOnlyMemory<byte>> SwingFiles { get; } = new()
    {
        ["swing.gltf"] = """
            {"asset":{"version":"2.0"},"scene":0,"scenes":[{"nodes":[0,1]}],
             "nodes":[{"mesh":0},{"camera":0,"translation":[0.5,0.5,3]}],
             "cameras":[{"type":"perspective","perspective":{"yfov":0.8,"znear":0.1}}],
             "meshes":[{"primitives":[{"attributes":{"POSITION":0}}]}],
             "animations":[{"name":"Swing","samplers":[{"input":1,"output":2}],
              "channels":[{"sampler":0,"target":{"node":0,"path":"translation"}}]}],
             "accessors":[
              {"bufferView":0,"componentType":5126,"count":3,"type":"VEC3","min":[0,0,0],"max":[1,1,0]},
              {"bufferView":1,"componentType":5126,"count":2,"type":"SCALAR","min":[0],"max":[2]},
              {"bufferView":2,"componentType":5126,"count":2,"type":"VEC3"}],
             "bufferViews":[{"buffer":0,"byteLength":36},{"buffer":0,"byteOffset":36,"byteLength":8},
              {"buffer":0,"byteOffset":44,"byteLength":24}],
             "buffers":[{"byteLength":68,"uri":"swing.bin"}]}
            """u8.ToArray(),
        ["swing.bin"] = new float[] { 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 1, 0, 0 }
            .SelectMany(BitConverter.GetBytes).ToArray(),
    };

    private static WorkOrderMessage Moving(FakeMarket market, string attempt) =>
        RunningRig.UnitOrder(attempt, 8, 8) with
        {
            Unit = new UnitOrderMessage(
                [.. SwingFiles.Select(file => new SceneFileMessage(
                    file.Key, market.AddBlob(file.Value.ToArray()), file.Value.Length))],
                "swing.gltf", null, 32, 24, null, 5, 4, 2, 24, 8, 8, 16, 16, 16, 16),
        };

    private static Task<RunningRig> RealRig() => RunningRig.StartWith(
        (device, options) => new DeviceEngines(device, options, TimeProvider.System, NullLoggerFactory.Instance));

    private static WorkOrderMessage Order(FakeMarket market, byte[] glb, string root, string attempt = "att_1")
    {
        var sha256 = market.AddBlob(glb);

        return RunningRig.UnitOrder(attempt, 8, 8) with
        {
            Unit = new UnitOrderMessage(
                [new SceneFileMessage(root, sha256, glb.Length)], root, null, 32, 24, null, 5, 4, 2, 24, 8, 8, 16, 16, 16, 16),
        };
    }
}
