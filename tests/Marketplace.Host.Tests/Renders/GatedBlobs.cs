using Marketplace.Grains.Abstractions;

namespace Marketplace.Host.Tests.Renders;

/// <summary>A store whose files come when it is opened.</summary>
internal sealed class GatedBlobs(FakeBlobs inner) : IBlobStore
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Entered => _entered.Task;

    public void Open() => _gate.TrySetResult();

    public async Task<Stream?> OpenRead(string sha256, CancellationToken cancel = default)
    {
        _entered.TrySetResult();
        await _gate.Task.WaitAsync(cancel);

        return await inner.OpenRead(sha256, cancel);
    }

    public Task<PutBlobOutcome> Put(
        Stream content, string? sha256, long bytesMax, CancellationToken cancel = default) =>
        inner.Put(content, sha256, bytesMax, cancel);

    public Task<long?> Length(string sha256, CancellationToken cancel = default) => inner.Length(sha256, cancel);

    public Task Delete(string sha256, CancellationToken cancel = default) => inner.Delete(sha256, cancel);
}
