namespace Marketplace.Agent.Cache;

/// <summary>A verified file of the cache; it stays on disk until this is disposed of.</summary>
internal sealed class CachedFile(string path, Action release) : IDisposable
{
    private Action? _release = release;

    public string FilePath { get; } = path;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
