using Marketplace.Compute.Inference.Llama;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Inference;
using Marketplace.Host.Inference;
using Marketplace.Storage.Blobs;
using Marketplace.Testing;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Tests.Inference;

/// <summary>Models of several files in the store, by the hash of their list.</summary>
public sealed class BundledModelTests : IDisposable
{
    private const string Safetensors = "models/tinystories-656K";
    private const string Llama2c = "models/stories260K";

    private readonly string _folder = Directory.CreateTempSubdirectory("bundled-models-").FullName;
    private readonly FileBlobStore _blobs;
    private readonly UploadedModelReader _reader;
    private readonly PromptCounter _counter;

    public BundledModelTests()
    {
        _blobs = new FileBlobStore(_folder, TimeProvider.System);
        _reader = new UploadedModelReader(_blobs, Options.Create(new WebOptions()));
        _counter = new PromptCounter(_blobs, Options.Create(new WebOptions()), TimeProvider.System);
    }

    public static TheoryData<string, string[]> Models => new()
    {
        { Safetensors, ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"] },
        { Llama2c, ["stories260K.bin", "tok512.bin"] },
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Models))]
    public async Task A_bundle_is_read_counted_and_named_as_its_files_on_disk(string folder, string[] names)
    {
        var bundle = await Upload(folder, names);
        using var model = LlamaModel.Open(Path.Combine(
            SharedData.Path(folder), names.Single(name => name is "model.safetensors" or "stories260K.bin")));

        var facts = Assert.IsType<ModelReading.Facts>(await _reader.Read(bundle.Sha256(), Cancel));
        Assert.Equal(bundle, facts.Files);
        Assert.Equal((model.Parameters, model.Shape.Context), (facts.Parameters, facts.ContextLength));
        Assert.Equal(model.Id.Value, await _reader.Identify(bundle.Sha256(), Cancel));

        const string Prompt = "Once upon a time";
        var tokens = model.Tokenizer.Encode(Prompt).Count;
        Assert.Equal(tokens, await _counter.Count(bundle.Sha256(), Prompt, Cancel));
        var measured = Assert.IsType<MeasureOutcome.Measured>(
            await _counter.Measure(bundle.Sha256(), [new(Prompt)], Cancel));
        Assert.Equal((model.Shape.Dimension, tokens), (measured.Width, measured.Tokens.Single()));
    }

    [Fact]
    public async Task What_is_wrong_with_a_bundle_is_told_with_the_file()
    {
        var bundle = await Upload(Llama2c, ["stories260K.bin", "tok512.bin"]);
        var (weights, tokenizer) = (bundle.Files[0], bundle.Files[1]);
        var strange = await Put([1, 2, 3]);

        Assert.Contains("is missing", await Why([weights]), StringComparison.Ordinal);
        Assert.Contains("tok512.bin is not there", await Why([weights, tokenizer with { Sha256 = new('0', 64) }]), StringComparison.Ordinal);
        Assert.Contains("tok512.bin has 6227 bytes", await Why([weights, tokenizer with { Bytes = 5 }]), StringComparison.Ordinal);
        Assert.Contains("notes.txt is no file", await Why([weights, tokenizer, new("notes.txt", strange, 3)]), StringComparison.Ordinal);
        Assert.Null(await _reader.Identify(ModelBundle.Of([weights]).Sha256(), Cancel));
        Assert.Null(await _counter.Count(ModelBundle.Of([weights]).Sha256(), "a", Cancel));

        async Task<string> Why(BundledFile[] files) => Assert.IsType<ModelReading.Fault>(
            await _reader.Read(await Put(ModelBundle.Of(files).Write()), Cancel)).Why;
    }

    [Fact]
    public async Task A_list_that_is_no_list_is_no_model() => Assert.Contains(
        "no JSON",
        Assert.IsType<ModelReading.Fault>(await _reader.Read(await Put("{\"files\":["u8.ToArray()), Cancel)).Why,
        StringComparison.Ordinal);

    public void Dispose()
    {
        _reader.Dispose();
        _counter.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<ModelBundle> Upload(string folder, string[] names)
    {
        SharedData.SkipUnless(folder);
        var files = new List<BundledFile>();

        foreach (var name in names)
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(SharedData.Path(folder), name), Cancel);
            files.Add(new(name, await Put(bytes), bytes.Length));
        }

        var bundle = ModelBundle.Of(files);
        Assert.Equal(bundle.Sha256(), await Put(bundle.Write()));
        return bundle;
    }

    private async Task<string> Put(byte[] bytes)
    {
        using var file = new MemoryStream(bytes);
        var stored = await _blobs.Put(file, null, file.Length, Cancel);
        return ((Grains.Abstractions.PutBlobOutcome.Stored)stored).Sha256;
    }
}
