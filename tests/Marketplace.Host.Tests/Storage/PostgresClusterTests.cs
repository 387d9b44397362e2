using Marketplace.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Host.Tests.Storage;

[Trait("Category", "Postgres")]
public sealed class PostgresClusterTests : IDisposable
{
    private const int Grains = 20;
    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-silo-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Two_processes_form_one_cluster_and_either_serves_any_grain()
    {
        var server = await PostgresServer.SkipUnlessAvailable();
        var cancel = TestContext.Current.CancellationToken;
        var database = await server.CreateDatabase(cancel);

        var hosts = await Task.WhenAll(Start(database), Start(database));

        foreach (var host in hosts)
        {
            var active = await Factory(host).GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true, cancel);
            Assert.Equal(2, active.Count);
        }

        for (var key = 0; key < Grains; key++)
        {
            Assert.Equal(1, await Counter(hosts[0], key).Add(1));
            Assert.Equal(2, await Counter(hosts[1], key).Add(1));
        }

        await Counter(hosts[0], 0).Remind("sweep");
        await TestHost.Stop(hosts[0]);

        for (var key = 0; key < Grains; key++)
        {
            Assert.Equal(3, await Counter(hosts[1], key).Add(1));
        }

        Assert.Equal(["sweep"], await Counter(hosts[1], 0).Reminders());
        await TestHost.Stop(hosts[1]);
    }

    private Task<IHost> Start(string database) => TestHost.Start(
        ("Storage:Provider", "PostgreSql"),
        ("Storage:ConnectionString", database),
        ("Storage:DataDirectory", _folder));

    private static IGrainFactory Factory(IHost host) => host.Services.GetRequiredService<IGrainFactory>();

    private static ICounterGrain Counter(IHost host, int key) => Factory(host).GetGrain<ICounterGrain>($"job_{key}");
}
