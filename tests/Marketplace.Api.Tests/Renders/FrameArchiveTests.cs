using System.IO.Compression;
using Marketplace.Api.Renders;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Api.Tests.Renders;

public sealed class FrameArchiveTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_most_frames_that_a_render_can_have_fit_into_an_output_that_refuses_synchronous_writes()
    {
        var frames = Enumerable.Range(1, RenderLimits.FramesMax)
            .Select(frame => new FrameView(frame, 1, 1, $"{frame}", FrameState.Done))
            .ToArray();
        using var output = new AsynchronousOnly();

        await FrameArchive.Write(frames, new Pictures(), output, Cancel);

        using var zip = new ZipArchive(new MemoryStream(output.ToArray()));
        Assert.Equal(RenderLimits.FramesMax, zip.Entries.Count);
        Assert.Equal("frame-1000.png", zip.Entries[^1].FullName);
        Assert.All(zip.Entries, entry => Assert.Equal(Pictures.Bytes, entry.Length));
    }

    [Fact]
    public async Task A_picture_that_is_gone_ends_the_download_with_a_fault()
    {
        using var output = new AsynchronousOnly();

        await Assert.ThrowsAsync<FileNotFoundException>(() => FrameArchive.Write(
            [new FrameView(1, 1, 1, "gone", FrameState.Done)], new Pictures(), output, Cancel));
    }

    private sealed class AsynchronousOnly : MemoryStream
    {
        private bool _isAsync;

        public override bool CanSeek => false;

        public override void Write(byte[] buffer, int offset, int count)
        {
            Refuse();
            base.Write(buffer, offset, count);
        }

        public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

        public override void Flush() => Refuse();

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _isAsync = true;
            Write(buffer.ToArray(), 0, buffer.Length);
            _isAsync = false;
            return ValueTask.CompletedTask;
        }

        private void Refuse()
        {
            if (!_isAsync)
            {
                throw new InvalidOperationException("Synchronous operations are disallowed.");
            }
        }
    }

    private sealed class Pictures : IBlobStore
    {
        public const int Bytes = 200_000 / 64;

        public Task<PutBlobOutcome> Put(
            Stream content, string? sha256, long bytesMax, CancellationToken cancel = default) =>
            throw new NotSupportedException();

        public Task<Stream?> OpenRead(string sha256, CancellationToken cancel = default) =>
            Task.FromResult<Stream?>(sha256 == "gone" ? null : new MemoryStream(new byte[Bytes]));

        public Task<long?> Length(string sha256, CancellationToken cancel = default) =>
            Task.FromResult<long?>(Bytes);

        public Task Delete(string sha256, CancellationToken cancel = default) => throw new NotSupportedException();
    }
}
