using System.Collections.Concurrent;
using System.Security.Cryptography;
using Marketplace.Agent.Inference;
using Marketplace.Agent.Protocol;
using Marketplace.Agent.SelfTests;
using Marketplace.Agent.Tests.CommandLine;
using Marketplace.Agent.Tests.Market;
using Marketplace.Agent.Work;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Domain.Inference;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Agent.Tests.Work;

/// <summary>Models of several files, and models ahead of work, with real engines and the real wire.</summary>
public sealed class ModelLoopTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_model_that_the_market_asks_for_is_fetched_loaded_told_and_let_go_again(bool hasHub)
    {
        await using var rig = await RunningRig.StartWith((device, options) => new DeviceEngines(device, options, TimeProvider.System, NullLoggerFactory.Instance));
        rig.Market.HasHub = hasHub;
        using var file = SyntheticModel.Write(RandomLlama.ShapeTiny);
        var bytes = await File.ReadAllBytesAsync(file.FilePath, Cancel);
        var sha256 = rig.Market.AddBlob(bytes);

        rig.Market.OnModels = _ => [new("tiny", sha256, bytes.Length, null)];
        var told = await rig.Market.Models.Next("the model loaded", one => one.Loaded.Contains(sha256));
        Assert.Equal((sha256, "tiny"), (Assert.Single(told.Asked).Sha256, told.Asked[0].Name));
        Assert.Contains(sha256, told.Held);

        rig.Market.OnModels = _ => [];
        await rig.Market.Models.Next("the model let go", one => !one.Loaded.Contains(sha256));
    }

    [Fact]
    public async Task A_model_that_cannot_be_fetched_displaces_nothing_and_is_tried_again_later()
    {
        await using var rig = await RunningRig.StartWith((device, options) => new DeviceEngines(
            device, options with { ModelsLoadedMax = 1 }, TimeProvider.System, NullLoggerFactory.Instance));
        var gguf = await File.ReadAllBytesAsync(SharedData.Find("models/stories260K/stories260K.gguf"), Cancel);
        var worked = rig.Market.AddBlob(gguf);
        rig.Market.Offer(RunningRig.TextOrder("att_1", 2, worked, gguf.Length));
        await rig.Market.Models.Next("the model of the work loaded", one => one.Loaded.Contains(worked));

        using var file = SyntheticModel.Write(RandomLlama.ShapeTiny);
        var bytes = await File.ReadAllBytesAsync(file.FilePath, Cancel);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var told = new ConcurrentQueue<ModelsMessage>();
        rig.Market.OnModels = one =>
        {
            told.Enqueue(one);
            return [new("tiny", sha256, bytes.Length, null)];
        };

        // The second is told after the first try has failed.
        await rig.Market.Models.Next("a second look", _ => told.Count >= 2);
        Assert.All(told, one => Assert.Equal([worked], one.Loaded));

        rig.Market.AddBlob(bytes);
        await rig.Market.Models.Next("the model loaded", one => one.Loaded.Contains(sha256));
    }

    [Fact]
    public async Task What_is_more_than_the_provider_lends_is_not_loaded()
    {
        using var file = SyntheticModel.Write(RandomLlama.ShapeTiny);
        var bytes = await File.ReadAllBytesAsync(file.FilePath, Cancel);
        await using var rig = await RunningRig.StartWith((device, options) => new DeviceEngines(
            device, options with { LentMemoryBytes = bytes.Length - 1 }, TimeProvider.System, NullLoggerFactory.Instance));
        var sha256 = rig.Market.AddBlob(bytes);
        rig.Market.OnModels = _ => [new("tiny", sha256, bytes.Length, null)];

        for (var look = 0; look < 3; look++)
        {
            var told = await rig.Market.Models.Next("a look");
            Assert.Equal(bytes.Length - 1, told.LentBytes);
            Assert.Empty(told.Loaded);
        }

        Assert.Empty(rig.Market.BlobOffsets);
    }

    [Fact]
    public async Task A_text_of_a_model_of_several_files_is_that_of_its_GGUF()
    {
        await using var rig = await RunningRig.StartWith((device, options) => new DeviceEngines(device, options, TimeProvider.System, NullLoggerFactory.Instance));
        var gguf = await File.ReadAllBytesAsync(SharedData.Find("models/stories260K/stories260K.gguf"), Cancel);
        var (files, bundle) = await Bundle(rig, "stories260K.bin", "tok512.bin");

        rig.Market.Offer(RunningRig.TextOrder("att_1", 20, rig.Market.AddBlob(gguf), gguf.Length));
        var one = await rig.Market.Texts.Next("the text of the GGUF");
        var order = RunningRig.TextOrder("att_2", 20, bundle.Sha256(), bundle.Bytes);
        rig.Market.Offer(order with { Text = order.Text! with { Files = files } });
        var other = await rig.Market.Texts.Next("the text of the bundle");

        Assert.Equal(20, one.Tokens.Length);
        Assert.Equal(one.Tokens.Select(token => token.Text), other.Tokens.Select(token => token.Text));
    }

    [Fact]
    public void An_orders_files_must_be_those_of_its_hash_under_plain_names()
    {
        var bundle = ModelBundle.Of([new("a.bin", new('a', 64), 5), new("b.bin", new('b', 64), 6)]);
        ModelFileMessage[] files = [.. bundle.Files.Select(one => new ModelFileMessage(one.Path, one.Sha256, one.Bytes))];

        Assert.Equal(bundle.Files, new WantedModel(bundle.Sha256(), 11, files).Checked());
        Assert.Null(new WantedModel(bundle.Sha256(), 11, null).Checked());
        Refused(new(bundle.Sha256(), 12, files));
        Refused(new(new('0', 64), 11, files));
        Refused(new(bundle.Sha256(), 11, []));
        Refused(new(bundle.Sha256(), 11, [files[0], files[1] with { Path = "c.bin" }]));
        Refused(new(bundle.Sha256(), 11, [files[0], files[0]]));

        static void Refused(WantedModel wanted) => Assert.Throws<InvalidDataException>(wanted.Checked);
    }

    private static async Task<(ModelFileMessage[] Files, ModelBundle Bundle)> Bundle(RunningRig rig, params string[] names)
    {
        var files = new List<BundledFile>();

        foreach (var name in names)
        {
            var bytes = await File.ReadAllBytesAsync(SharedData.Find($"models/stories260K/{name}"), Cancel);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), rig.Market.AddBlob(bytes));
            files.Add(new(name, Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length));
        }

        var bundle = ModelBundle.Of(files);
        return ([.. bundle.Files.Select(one => new ModelFileMessage(one.Path, one.Sha256, one.Bytes))], bundle);
    }
}
