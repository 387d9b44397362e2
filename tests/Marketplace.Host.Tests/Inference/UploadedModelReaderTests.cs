using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Grains.Inference;
using Marketplace.Host.Inference;
using Marketplace.Storage.Blobs;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Tests.Inference;

public sealed class UploadedModelReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("model-reader-").FullName;
    private readonly FileBlobStore _blobs;
    private readonly UploadedModelReader _reader;

    public UploadedModelReaderTests()
    {
        _blobs = new FileBlobStore(_folder, TimeProvider.System);
        _reader = new UploadedModelReader(_blobs, Options.Create(new WebOptions()));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_uploaded_model_has_the_id_that_the_engine_reads_from_its_file()
    {
        var sha256 = await Upload(Model());
        using var model = LlamaModel.Open(Path.Combine(_folder, "sha256", sha256[..2], sha256));

        Assert.Equal(model.Id.Value, await _reader.Identify(sha256, Cancel));
        Assert.IsType<ModelReading.Facts>(await _reader.Read(sha256, Cancel));
    }

    [Fact]
    public async Task One_changed_byte_of_the_weights_is_another_model()
    {
        var (first, second) = (Model(), Model());
        second[^1] ^= 1;

        var ids = await Task.WhenAll(
            _reader.Identify(await Upload(first), Cancel), _reader.Identify(await Upload(second), Cancel));

        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{64}$", id!));
        Assert.False(ids[0] == ids[1], "both have one id");
    }

    [Fact]
    public async Task A_file_that_is_not_there_or_no_model_has_no_id()
    {
        Assert.Null(await _reader.Identify(new string('0', 64), Cancel));
        Assert.Null(await _reader.Identify(await Upload([1, 2, 3]), Cancel));
    }

    public void Dispose()
    {
        _reader.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static byte[] Model()
    {
        using var file = new MemoryStream();
        RandomLlama.Write(file, RandomLlama.ShapeTiny, TensorFormat.F32, 1);
        return file.ToArray();
    }

    private async Task<string> Upload(byte[] bytes)
    {
        using var file = new MemoryStream(bytes);
        var stored = await _blobs.Put(file, null, file.Length, Cancel);
        return ((Grains.Abstractions.PutBlobOutcome.Stored)stored).Sha256;
    }
}
