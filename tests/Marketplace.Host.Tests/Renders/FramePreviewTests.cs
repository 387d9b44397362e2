using Marketplace.Api.Renders;
using Marketplace.Grains.Abstractions;
using Marketplace.Host.Renders;

namespace Marketplace.Host.Tests.Renders;

public sealed class FramePreviewTests : IDisposable
{
    private const int FramesPerSecond = 24;

    private readonly Pictures _pictures = new();
    private readonly FramePreview _preview;

    public FramePreviewTests() => _preview = new(_pictures);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _preview.Dispose();

    [Fact]
    public async Task Viewers_who_come_at_once_and_later_share_one_file()
    {
        var first = _preview.Make(Of("a", "b"), FramesPerSecond, Cancel);
        var second = _preview.Make(Of("a", "b"), FramesPerSecond, Cancel);
        _pictures.Open.SetResult();
        var file = await first;

        Assert.Same(file, await second);
        Assert.Same(file, await _preview.Make(Of("a", "b"), FramesPerSecond, Cancel));
        Assert.Equal(["a", "b"], _pictures.Read, StringComparer.Ordinal);
    }

    [Fact]
    public async Task More_frames_or_another_speed_are_another_file()
    {
        _pictures.Open.SetResult();
        var one = await _preview.Make(Of("a"), FramesPerSecond, Cancel);
        var grown = await _preview.Make(Of("a", "b"), FramesPerSecond, Cancel);
        var slower = await _preview.Make(Of("a"), FramesPerSecond / 2, Cancel);

        Assert.NotSame(one, grown);
        Assert.NotSame(one, slower);
        Assert.Equal(["a", "a", "b", "a"], _pictures.Read, StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_first_viewer_who_leaves_takes_the_file_from_nobody()
    {
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var first = _preview.Make(Of("a"), FramesPerSecond, leaves.Token);
        var second = _preview.Make(Of("a"), FramesPerSecond, Cancel);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _pictures.Open.SetResult();

        Assert.NotEmpty(await second);
        Assert.Equal(["a"], _pictures.Read, StringComparer.Ordinal);
    }

    [Fact]
    public async Task When_all_viewers_have_left_nothing_is_made()
    {
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var only = _preview.Make(Of("a", "b"), FramesPerSecond, leaves.Token);
        await _pictures.Asked.Task.WaitAsync(Cancel);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => only);

        // The worker is free again: what it waited for was given up.
        _pictures.Blocks = false;
        Assert.NotEmpty(await _preview.Make(Of("c"), FramesPerSecond, Cancel));
        Assert.Equal(["a", "c"], _pictures.Read, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_failure_is_not_kept()
    {
        _pictures.Open.SetResult();
        _pictures.Lost = "a";
        await Assert.ThrowsAsync<FileNotFoundException>(() => _preview.Make(Of("a"), FramesPerSecond, Cancel));
        _pictures.Lost = null;

        Assert.NotEmpty(await _preview.Make(Of("a"), FramesPerSecond, Cancel));
    }

    [Fact]
    public async Task Only_the_newest_files_are_kept()
    {
        _pictures.Open.SetResult();
        string[] names = [.. Enumerable.Range(0, FramePreview.KeptMax + 1).Select(at => $"{at}")];

        foreach (var name in names)
        {
            await _preview.Make(Of(name), FramesPerSecond, Cancel);
        }

        await _preview.Make(Of(names[^1]), FramesPerSecond, Cancel);
        await _preview.Make(Of(names[0]), FramesPerSecond, Cancel);

        Assert.Equal([.. names, names[0]], _pictures.Read, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_watermark_makes_another_file()
    {
        _pictures.Open.SetResult();
        var plain = await _preview.Make(Of("a"), FramesPerSecond, Cancel);

        Assert.NotSame(plain, await _preview.Make([new("a", IsMarked: true)], FramesPerSecond, Cancel));
    }

    private static PreviewFrame[] Of(params string[] pictures) =>
        [.. pictures.Select(picture => new PreviewFrame(picture))];

    /// <summary>Whatever is asked for is the same small picture, as soon as the store is open; keeps what was read.</summary>
    private sealed class Pictures : IBlobStore
    {
        private static readonly byte[] Png = Convert.FromBase64String(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Read { get; } = [];

        public bool Blocks { get; set; } = true;

        public string? Lost { get; set; }

        public async Task<Stream?> OpenRead(string sha256, CancellationToken cancel = default)
        {
            Read.Add(sha256);
            Asked.TrySetResult();

            if (Blocks)
            {
                await Open.Task.WaitAsync(cancel);
            }

            return sha256 == Lost ? null : new MemoryStream(Png);
        }

        public Task<PutBlobOutcome> Put(
            Stream content, string? sha256, long bytesMax, CancellationToken cancel = default) =>
            throw new NotSupportedException();

        public Task<long?> Length(string sha256, CancellationToken cancel = default) =>
            throw new NotSupportedException();

        public Task Delete(string sha256, CancellationToken cancel = default) => throw new NotSupportedException();
    }
}
