using System.Text;
using Marketplace.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Host.Tests.Storage;

public sealed class SqliteSiloTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-silo-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task State_and_reminders_outlive_the_process()
    {
        var first = await Start();
        await Counter(first, "job_0017").Add(17);
        await Counter(first, "job_17").Add(1);
        await Counter(first, "job_0017").Remind("sweep");
        await TestHost.Stop(first);

        var second = await Start();
        Assert.Equal(17, await Counter(second, "job_0017").Add(0));
        Assert.Equal(1, await Counter(second, "job_17").Add(0));
        Assert.Equal(["sweep"], await Counter(second, "job_0017").Reminders());
        await TestHost.Stop(second);
    }

    [Fact]
    public async Task A_cleared_state_can_be_written_again()
    {
        var host = await Start();
        var counter = Counter(host, "job_1");
        await counter.Add(5);
        await counter.Clear();
        Assert.Equal(2, await counter.Add(2));
        await TestHost.Stop(host);
    }

    [Fact]
    public async Task Stored_rows_name_no_class()
    {
        var host = await Start();
        await Counter(host, "job_1").Add(5);
        await TestHost.Stop(host);

        await using var source = new SqliteDataSource(Path.Combine(_folder, "orleans.db"));
        await using var command = source.CreateCommand("SELECT payload FROM grain_state");
        var payload = Encoding.UTF8.GetString((byte[])(await command.ExecuteScalarAsync(Cancel))!);

        Assert.Contains("5", payload, StringComparison.Ordinal);
        Assert.DoesNotContain("$type", payload, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(CounterState), payload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_process_on_the_same_directory_refuses_to_start()
    {
        var first = await Start();

        var error = await Assert.ThrowsAsync<StartException>(Start);

        Assert.Contains("Storage:DataDirectory", error.Message, StringComparison.Ordinal);
        Assert.Contains("in use by another process", error.Message, StringComparison.Ordinal);
        await TestHost.Stop(first);
        await TestHost.Stop(await Start());
    }

    private static ICounterGrain Counter(IHost host, string key) =>
        host.Services.GetRequiredService<IGrainFactory>().GetGrain<ICounterGrain>(key);

    private Task<IHost> Start() => TestHost.Start(("Storage:DataDirectory", _folder));
}
