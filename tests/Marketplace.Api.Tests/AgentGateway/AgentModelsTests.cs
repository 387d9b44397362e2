using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Agent.Protocol;

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

    private static async Task<KeepModelMessage[]> Tell(TestRig rig, ModelsMessage message)
    {
        using var answer = await rig.Http.PostAsJsonAsync(
            AgentRoutes.Models, message, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<KeepModelMessage[]>(TestContext.Current.CancellationToken))!;
    }
}
