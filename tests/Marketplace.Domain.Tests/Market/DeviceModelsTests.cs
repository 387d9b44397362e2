using Marketplace.Domain.Market;

namespace Marketplace.Domain.Tests.Market;

public sealed class DeviceModelsTests
{
    [Theory]
    [InlineData("scene", "file", SceneFit.Loaded)]
    [InlineData("other", "file", SceneFit.OnDisk)]
    [InlineData("scene", "other", SceneFit.Loaded)]
    [InlineData("other", "other", SceneFit.None)]
    public void A_scene_in_memory_is_more_than_its_largest_file_on_disk(string scene, string file, SceneFit fit) =>
        Assert.Equal(fit, new DeviceModels([], ["file"], 0, 0, ["scene"]).FitOf(scene, file));

    [Fact]
    public void What_an_agent_of_before_tells_is_of_no_scene()
    {
        var before = new DeviceModels([], [], 0, 0);

        Assert.Equal(SceneFit.None, before.FitOf("scene", "file"));
        Assert.Equal(before, before with { Scenes = [] });
        Assert.NotEqual(before, before with { Scenes = ["scene"] });
    }
}
