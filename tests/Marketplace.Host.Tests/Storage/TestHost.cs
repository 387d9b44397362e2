using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Host.Tests.Storage;

/// <summary>A process's silo and storage as <see cref="Silo"/> composes them, with configuration given by a test.</summary>
internal static class TestHost
{
    public static IHost Build(params (string Key, string? Value)[] configuration)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(
            configuration.Select(pair => KeyValuePair.Create(pair.Key, pair.Value)));
        builder.AddMarketplaceSilo();

        return builder.Build();
    }

    public static async Task<IHost> Start(params (string Key, string? Value)[] configuration)
    {
        var host = Build(configuration);

        try
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
            return host;
        }
        catch
        {
            await Dispose(host);
            throw;
        }
    }

    public static async Task Stop(IHost host)
    {
        await host.StopAsync(CancellationToken.None);
        await Dispose(host);
    }

    private static async Task Dispose(IHost host)
    {
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }
}
