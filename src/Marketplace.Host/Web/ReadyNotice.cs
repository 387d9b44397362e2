using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Web;

/// <summary>
/// Tells a waiting script that the host takes requests: one line of output, and a file when one is wanted.
/// </summary>
internal sealed class ReadyNotice(IServer server, IHostApplicationLifetime lifetime, IOptions<WebOptions> options)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(Tell);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (options.Value.ReadyFile is { } file)
        {
            File.Delete(file);
        }

        return Task.CompletedTask;
    }

    private void Tell()
    {
        var url = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? string.Empty;
        global::System.Console.WriteLine($"marketplace-host takes requests at {url}");

        if (options.Value.ReadyFile is { } file)
        {
            // Moved into place, so that a reader never sees half of it.
            var unfinished = file + ".new";
            File.WriteAllText(unfinished, JsonSerializer.Serialize(new { url, pid = Environment.ProcessId }));
            File.Move(unfinished, file, overwrite: true);
        }
    }
}
