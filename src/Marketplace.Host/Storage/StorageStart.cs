using Marketplace.Storage.Sqlite;

namespace Marketplace.Host.Storage;

/// <summary>
/// Before anything else starts: takes the data directory when it is this process's alone, and brings the databases to
/// this version.
/// </summary>
internal sealed partial class StorageStart(StorageOptions options, Databases databases, ILogger<StorageStart> log)
    : IHostedLifecycleService, IDisposable
{
    private DataDirectoryLock? _lock;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!options.IsPostgreSql)
        {
            _lock ??= DataDirectoryLock.TryTake(options.DataDirectory) ?? throw InUse();
        }

        foreach (var script in await databases.Migrate(cancellationToken))
        {
            LogApplied(script);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _lock?.Dispose();

    private StartException InUse() => new(
        $"Storage:DataDirectory '{options.DataDirectory}' is in use by another process. On SQLite one process has it "
        + "alone: stop that one, choose another directory, or set Storage:Provider to PostgreSql.");

    [LoggerMessage(Level = LogLevel.Information, Message = "Applied script {Script}")]
    private partial void LogApplied(string script);
}
