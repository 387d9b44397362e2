using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Agent.Protocol;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Devices;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.AgentGateway;

/// <summary>What agents say of their models, and what an administrator sees of it.</summary>
public sealed class AgentModelsTests(TestMarket market)
{
    [Fact]
    public async Task An_administrator_sees_what_devices_have_in_memory_and_nothing_malformed()
    {
        var (_, rig) = await TestRig.Start(market, "models-one");
        await using var _ = rig;
        var hash = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()) + new string('a', 32);

        var kept = await Tell(rig, new([hash, hash, "../../etc", ""], [hash], -5, int.MaxValue, [new("../x", hash), new("x", "y")]));

        Assert.Empty(kept);
        var listed = await market.Admin.Get("/v1/admin/placements");
        var line = Assert.Single(
            listed.GetProperty("data").EnumerateArray(), one => one.Text("device") == rig.Device);
        Assert.Equal((hash, "loaded"), (line.Text("sha256"), line.Text("state")));
        Assert.Equal(JsonValueKind.Null, line.GetProperty("placedAt").ValueKind);

        await Tell(rig, new([], [], 0, 0, []));
        listed = await market.Admin.Get("/v1/admin/placements");
        Assert.DoesNotContain(listed.GetProperty("data").EnumerateArray(), one => one.Text("device") == rig.Device);
    }

    [Fact]
    public async Task Of_the_scenes_that_an_agent_names_a_few_are_kept_and_nothing_malformed()
    {
        var (_, rig) = await TestRig.Start(market, "scenes-one");
        await using var _ = rig;
        string[] named = [.. Enumerable.Range(0, 1_000).Select(number => $"{number:x64}")];

        await Tell(rig, new([], [], 0, 0, [], ["../../etc", "", named[0], .. named]));
        Assert.Equal(named[..DeviceModels.ScenesMax], await Scenes());

        // An agent of before tells none.
        await Tell(rig, new([], [], 0, 0, []));
        Assert.Empty((await Scenes())!);

        async Task<IReadOnlyList<string>?> Scenes() =>
            (await market.Services.GetRequiredService<IGrainFactory>().GetGrain<IDeviceGrain>(rig.Device)
                .Describe(TestContext.Current.CancellationToken))!.Models!.Scenes;
    }

    private static async Task<KeepModelMessage[]> Tell(TestRig rig, ModelsMessage message)
    {
        using var answer = await rig.Http.PostAsJsonAsync(
            AgentRoutes.Models, message, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<KeepModelMessage[]>(TestContext.Current.CancellationToken))!;
    }
}
