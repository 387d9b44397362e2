using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Marketplace.Agent.Inference;
using Marketplace.Agent.Protocol;
using Marketplace.Agent.SelfTests;
using Marketplace.Agent.Tests.Market;
using Marketplace.Agent.Tests.Work;
using Marketplace.Agent.Work;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Host;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Llama;
using NSec.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Agent.Tests.Inference;

/// <summary>Orders of embeddings against real engines and the real wire.</summary>
public sealed class EmbeddingRunnerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Vectors_are_uploaded_and_delivered_under_the_signature_of_the_device(bool hasHub)
    {
        await using var rig = await RealRig();
        rig.Market.HasHub = hasHub;
        using var file = SyntheticModel.Write(RandomLlama.ShapeTiny);
        var bytes = await File.ReadAllBytesAsync(file.FilePath, Cancel);

        rig.Market.Offer(RunningRig.EmbeddingOrder(
            "att_1", rig.Market.AddBlob(bytes), bytes.Length, new("Once"), new(null, [3, 4, 5]), new("upon a time")));
        var done = await rig.Market.Embeddings.Next("the vectors");

        using var model = LlamaModel.Open(file.FilePath);
        using var device = new HostDevice(threads: 1);
        using var engine = new InferenceEngine(model, device);
        var embedder = engine.NewEmbedder();
        IReadOnlyList<int>[] inputs = [embedder.Encode("Once"), [3, 4, 5], embedder.Encode("upon a time")];
        var vectors = rig.Market.Blob(done.VectorsSha256)!;
        Assert.Equal(embedder.Embed(inputs, Cancel), MemoryMarshal.Cast<byte, float>(vectors).ToArray());
        Assert.Equal(
            ("att_1", "job_test", inputs.Sum(input => input.Count), (long)vectors.Length),
            (done.Attempt, done.Work, done.PromptTokens, done.VectorsBytes));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(vectors)), done.VectorsSha256);

        // The signature covers the hash and the tokens, and not another hash.
        Assert.True(IsSigned(rig, done, done.VectorsSha256, done.PromptTokens));
        Assert.False(IsSigned(rig, done, new string('0', 64), done.PromptTokens));
        Assert.False(IsSigned(rig, done, done.VectorsSha256, done.PromptTokens + 1));
    }

    [Fact]
    public async Task What_no_rig_can_embed_is_told_as_the_fault_of_the_order()
    {
        await using var rig = await RealRig();
        using var file = SyntheticModel.Write(RandomLlama.ShapeTiny);
        var bytes = await File.ReadAllBytesAsync(file.FilePath, Cancel);
        var sha256 = rig.Market.AddBlob(bytes);
        EmbeddingInputMessage[][] orders =
        [
            [new(null, [int.MaxValue])],
            [new(null, [])],
            [new(null)],
            [new("a", [1])],
            [],
        ];

        foreach (var (at, inputs) in orders.Index())
        {
            rig.Market.Offer(RunningRig.EmbeddingOrder($"att_{at}", sha256, bytes.Length, inputs));
            var failed = await rig.Market.Failures.Next($"the fault of order {at}");
            Assert.Equal(($"att_{at}", WorkFault.Unsupported, true), (failed.Attempt, failed.Code, failed.OrderAtFault));
        }

        Assert.False(rig.Market.Embeddings.Reader.TryRead(out _));
    }

    [Fact]
    public void A_model_on_another_device_makes_its_vectors_there()
    {
        using var file = SyntheticModel.Write(RandomLlama.ShapeTiny);
        using var host = ComputeDevice.Open(DeviceChoice.Of(DeviceKind.Host), 2);
        using var other = IlgpuDevice.OpenForTests();
        using var here = LoadedModel.Open(file.FilePath, host);
        using var there = LoadedModel.Open(file.FilePath, other);
        IReadOnlyList<int>[] inputs = [[3, 4, 5], [6]];

        var (expected, vectors) = (here.Embedder.Embed(inputs, Cancel), there.Embedder.Embed(inputs, Cancel));

        // The device sums in another order than the processor.
        Assert.All(expected.Zip(vectors), pair => Assert.InRange(pair.Second - pair.First, -1e-5, 1e-5));
        Assert.NotEqual(expected, vectors);
    }

    private static Task<RunningRig> RealRig() =>
        RunningRig.StartWith((device, options) => new DeviceEngines(device, options, TimeProvider.System, NullLoggerFactory.Instance));

    private static bool IsSigned(RunningRig rig, EmbeddingDoneMessage done, string sha256, int tokens) =>
        SignatureAlgorithm.Ed25519.Verify(
            PublicKey.Import(
                SignatureAlgorithm.Ed25519,
                Convert.FromBase64String(rig.Market.Enrolled!.PublicKey),
                KeyBlobFormat.RawPublicKey),
            ResultStatement.Embedding(done.Attempt, done.Work!, sha256, tokens),
            Convert.FromBase64String(done.Signature!));
}
