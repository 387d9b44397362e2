using Marketplace.Agent.Protocol;
using Marketplace.Agent.Tests.Market;
using Marketplace.Agent.Tests.Work;
using Marketplace.Agent.Work;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Compute.Rendering.Scenes.Procedural;
using Marketplace.Compute.Rendering.Tracing;

namespace Marketplace.Agent.Tests.Renders;

public sealed class SceneUnitTracerTests
{
    [Fact]
    public async Task A_unit_of_the_market_has_the_bits_of_a_local_one()
    {
        await using var rig = await RealRig();
        var glb = ProceduralScene.ToGlb();

        rig.Market.Offer(Order(rig.Market, glb, "scene.glb"));
        var done = await rig.Market.Units.Next("the unit");

        using var device = ComputeDevice.Open(DeviceChoice.Of(DeviceKind.Host), 1);
        var scene = SceneReader.Read(glb);
        using var tracer = new PathTracer(scene, device);
        var view = new RenderView { Width = 32, Height = 24, Camera = scene.Cameras[0], Seed = 5, Frame = 2, MaxBounces = 4 };
        var expected = tracer.Trace(
            view, new Tile(8, 8, 16, 16), new SampleRange(16, 16), TestContext.Current.CancellationToken);
        Assert.Equal(expected.ToBytes(), rig.Market.Blob(done.SumsSha256));
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

    private static Task<RunningRig> RealRig() => RunningRig.StartWith(
        (device, options) => new DeviceEngines(device, options));

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
