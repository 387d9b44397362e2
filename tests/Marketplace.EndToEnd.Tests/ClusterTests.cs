using Marketplace.EndToEnd.Tests.Processes;
using Marketplace.Testing;

namespace Marketplace.EndToEnd.Tests;

/// <summary>Two hosts on one PostgreSQL database are one market.</summary>
public class ClusterTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Category", "Postgres")]
    public async Task Two_hosts_on_PostgreSQL_serve_the_same_job_from_either()
    {
        var server = await PostgresServer.SkipUnlessAvailable();
        await using var world = await World.Create(withChain: false, Cancel);
        world.Set("Storage:Provider", "PostgreSql");
        world.Set("Storage:ConnectionString", await server.CreateDatabase(Cancel));
        await world.StartHost(Cancel, "one");
        var first = world.HostUrl;
        await world.StartHost(Cancel, "two");
        var second = world.HostUrl;
        Assert.NotEqual(first, second, StringComparer.Ordinal);

        var provider = await world.NewAccount("Provider", ["provider"], Cancel);
        await provider.Post("/v1/provider", new { name = "Provider" }, Cancel);
        await world.RegisterSlowModel(Cancel);
        await world.StartRig(provider, "rig", Cancel);
        var renter = await world.NewRenter("5.000000", Cancel);

        // The agent and the order came to the second host; the first one follows the same job.
        var job = await renter.Post("/v1/jobs", new { model = "slow", prompt = "abc", maxTokens = 60 }, Cancel, "job-1");
        var elsewhere = world.Client(renter.Key, first);
        var tokens = 0;

        await foreach (var (type, _, _) in elsewhere.Events((string)job["id"]!, 0, Cancel))
        {
            tokens += type == "token" ? 1 : 0;
        }

        var here = await renter.Get($"/v1/jobs/{job["id"]}", Cancel);
        var there = await elsewhere.Get($"/v1/jobs/{job["id"]}", Cancel);
        Assert.Equal(60, tokens);
        Assert.Equal("succeeded", (string)here["state"]!);
        Assert.Equal(here.ToJsonString(), there.ToJsonString());
        await world.BooksBalance(Cancel);
    }
}
