using System.Security.Cryptography;
using System.Text;
using Marketplace.Grains.Abstractions;
using Marketplace.Storage.Blobs;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Storage.Tests.Blobs;

public sealed class FileBlobStoreTests : IDisposable
{
    private const long BytesMax = 1_000_000;
    private const int UploadersMax = 8;
    private static readonly byte[] Words = Encoding.UTF8.GetBytes("the bytes of a scene");
    private static readonly string WordsHash = Convert.ToHexStringLower(SHA256.HashData(Words));
    private static readonly string OtherHash = new('0', 64);

    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-blobs-").FullName;
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.Parse("2026-03-01T12:00:00Z", null));
    private readonly FileBlobStore _store;

    public FileBlobStoreTests() => _store = new FileBlobStore(_folder, _clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(131_072)]
    [InlineData(300_001)]
    public async Task What_was_stored_is_read_back_by_its_hash(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));

        Assert.Equal(new PutBlobOutcome.Stored(hash, length, true), await Put(bytes));

        Assert.Equal(length, await _store.Length(hash, Cancel));
        await using var stream = await _store.OpenRead(hash, Cancel);
        using var read = new MemoryStream();
        await stream!.CopyToAsync(read, Cancel);
        Assert.Equal(bytes, read.ToArray());
    }

    [Fact]
    public async Task Storing_again_is_harmless()
    {
        await Put(Words);

        Assert.Equal(new PutBlobOutcome.Stored(WordsHash, Words.Length, false), await Put(Words, WordsHash));
        AssertNothingUnfinished();
    }

    [Fact]
    public async Task Bytes_of_another_hash_are_refused_and_not_kept()
    {
        Assert.Equal(new PutBlobOutcome.OtherHash(WordsHash), await Put(Words, OtherHash));

        Assert.Null(await _store.OpenRead(WordsHash, Cancel));
        Assert.Null(await _store.OpenRead(OtherHash, Cancel));
        AssertNothingUnfinished();
    }

    [Fact]
    public async Task One_byte_over_the_limit_is_refused_and_not_kept()
    {
        Assert.Equal(new PutBlobOutcome.TooLarge(Words.Length - 1), await Put(Words, bytesMax: Words.Length - 1));
        Assert.Null(await _store.Length(WordsHash, Cancel));
        AssertNothingUnfinished();

        Assert.IsType<PutBlobOutcome.Stored>(await Put(Words, bytesMax: Words.Length));
    }

    [Fact]
    public async Task An_upload_that_breaks_leaves_nothing()
    {
        await Assert.ThrowsAsync<IOException>(() => _store.Put(new BrokenStream(), null, BytesMax, Cancel));

        AssertNothingUnfinished();
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    [InlineData("ABCDEF0000000000000000000000000000000000000000000000000000000000")]
    public async Task What_is_no_hash_names_no_file(string text)
    {
        Assert.Null(await _store.OpenRead(text, Cancel));
        Assert.Null(await _store.Length(text, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => Put(Words, text));
    }

    [Fact]
    public async Task Many_uploads_of_the_same_bytes_make_one_file()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, UploadersMax).Select(_ => Task.Run(() => Put(Words), Cancel)));

        Assert.All(outcomes, outcome => Assert.IsType<PutBlobOutcome.Stored>(outcome));
        Assert.Single(Directory.GetFiles(Path.Combine(_folder, "sha256"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_deleted_file_is_gone_for_all_but_those_who_read_it_and_can_come_again()
    {
        var hash = Assert.IsType<PutBlobOutcome.Stored>(await Put(Words)).Sha256;
        await using var reader = await _store.OpenRead(hash, Cancel);
        await _store.Delete(hash, Cancel);
        await _store.Delete(hash, Cancel);

        Assert.Null(await _store.OpenRead(hash, Cancel));
        Assert.Null(await _store.Length(hash, Cancel));
        using var read = new MemoryStream();
        await reader!.CopyToAsync(read, Cancel);
        Assert.Equal(Words, read.ToArray());
        Assert.True(Assert.IsType<PutBlobOutcome.Stored>(await Put(Words)).New);
        await Assert.ThrowsAsync<ArgumentException>(() => _store.Delete("../../etc/passwd", Cancel));
    }

    [Fact]
    public void Uploads_that_were_never_finished_are_swept_away_when_they_are_old()
    {
        var old = Path.Combine(_folder, "incoming", "old");
        var young = Path.Combine(_folder, "incoming", "young");
        File.WriteAllBytes(old, Words);
        File.WriteAllBytes(young, Words);
        File.SetLastWriteTimeUtc(old, _clock.GetUtcNow().UtcDateTime - FileBlobStore.UnfinishedAgeMax - TimeSpan.FromHours(1));
        File.SetLastWriteTimeUtc(young, _clock.GetUtcNow().UtcDateTime);

        _ = new FileBlobStore(_folder, _clock);

        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
    }

    private Task<PutBlobOutcome> Put(byte[] bytes, string? sha256 = null, long bytesMax = BytesMax) =>
        _store.Put(new MemoryStream(bytes), sha256, bytesMax, Cancel);

    private void AssertNothingUnfinished() => Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "incoming")));

    private sealed class BrokenStream : MemoryStream
    {
        private bool _isSecond;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_isSecond)
            {
                throw new IOException("The connection was reset.");
            }

            _isSecond = true;
            buffer.Span.Fill(7);
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
