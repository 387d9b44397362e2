using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json.Nodes;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Tests.Architectures;
using Marketplace.Compute.Inference.Tests.Llama2c;
using Marketplace.Compute.Inference.Tests.Safetensors;

namespace Marketplace.Compute.Inference.Tests.ModelFiles;

/// <summary>
/// Files from a stranger, in every format: each is usable or refused with what is wrong, never a crash, and never an
/// allocation that the file's size does not bound.
/// </summary>
public class HostileFilesTests
{
    // What readers may take beside copies of the file: parsers' buffers and one test's own bookkeeping.
    private const long AllocationSlack = 24 * 1024 * 1024;

    [Theory]
    [InlineData("header too long", 200_000_000ul, "a header of 200000000 bytes")]
    [InlineData("header beyond the file", 100_000ul, "a header of 100000 bytes")]
    [InlineData("header of nothing", 0ul, "the header is no JSON")]
    public void A_safetensors_length_that_lies_is_refused(string what, ulong length, string offence)
    {
        Assert.NotEmpty(what);
        using var folder = new SmallModel("llama").WriteFolder();
        var bytes = File.ReadAllBytes(folder.At("model.safetensors"));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        File.WriteAllBytes(folder.At("model.safetensors"), bytes);

        Assert.Contains(offence, Refusal(folder.Location), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"dtype":"I64","shape":[4],"data_offsets":[0,32]}""", "is stored as I64, supported are F32")]
    [InlineData("""{"dtype":"F32","shape":[4],"data_offsets":[0,15]}""", "of 16 bytes has the offsets [0, 15]")]
    [InlineData("""{"dtype":"F32","shape":[4],"data_offsets":[-16,0]}""", "has the offsets [-16, 0]")]
    [InlineData("""{"dtype":"F32","shape":[4],"data_offsets":[9000000000000000000,9000000000000000016]}""", "has the offsets [9")]
    [InlineData("""{"dtype":"F32","shape":[1000000000,1000000000],"data_offsets":[0,16]}""", "has the shape [1000000000")]
    [InlineData("""{"dtype":"F32","shape":[],"data_offsets":[0,4]}""", "has the shape []")]
    [InlineData("""{"dtype":"F32","shape":[4.5],"data_offsets":[0,16]}""", "shape is no short list")]
    [InlineData("""{"dtype":7,"shape":[4],"data_offsets":[0,16]}""", "has no dtype")]
    [InlineData("7", "has no dtype")]
    public void A_safetensors_entry_that_lies_is_refused(string entry, string offence)
    {
        using var folder = new SmallModel("llama").WriteFolder();
        File.WriteAllBytes(folder.At("model.safetensors"), ModelFolder.Joined($"{{\"x\":{entry}}}", new byte[64]));

        Assert.Contains(offence, Refusal(folder.Location), StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_that_overlap_or_stand_twice_are_refused()
    {
        const string Entry = """{"dtype":"F32","shape":[4],"data_offsets":[0,16]}""";
        using var folder = new SmallModel("llama").WriteFolder();

        File.WriteAllBytes(
            folder.At("model.safetensors"), ModelFolder.Joined($"{{\"x\":{Entry},\"y\":{Entry}}}", new byte[64]));
        Assert.Contains("tensors x and y overlap", Refusal(folder.Location), StringComparison.Ordinal);

        File.WriteAllBytes(
            folder.At("model.safetensors"), ModelFolder.Joined($"{{\"x\":{Entry},\"x\":{Entry}}}", new byte[64]));
        Assert.Contains("tensor x stands twice", Refusal(folder.Location), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("/etc/passwd.safetensors")]
    [InlineData("model.bin")]
    [InlineData("")]
    public void An_index_names_files_beside_it_only(string shard)
    {
        using var folder = new SmallModel("llama").WriteFolder();
        File.WriteAllText(
            folder.At("model.safetensors.index.json"),
            new JsonObject { ["weight_map"] = new JsonObject { ["x"] = shard } }.ToJsonString());

        Assert.Contains("plain names", Refusal(folder.Location), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, "dim is 0", 0)]
    [InlineData(4, int.MaxValue, "hidden_dim is 2147483647", 4)]
    [InlineData(8, 1_000, "bytes, the file has", null)]
    [InlineData(12, 7, "do not divide evenly", null)]
    [InlineData(16, 9, "n_kv_heads is 9, allowed are 1 to 8", 16)]
    [InlineData(20, int.MinValue, "vocab_size is -2147483648", 20)]
    [InlineData(24, 513, "its header asks for", 0)]
    [InlineData(0, 0x616B3432, "llama2.c version", 4)]
    public void A_llama2c_header_that_lies_is_refused_with_its_place(int at, int value, string offence, int? offset)
    {
        using var folder = Llama2c();
        var bytes = File.ReadAllBytes(folder.At("model.bin"));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
        File.WriteAllBytes(folder.At("model.bin"), bytes);

        var fault = Assert.Throws<ModelFormatException>(() => LlamaModel.Open(folder.At("model.bin")));

        Assert.Contains(offence, fault.Message, StringComparison.Ordinal);
        Assert.True(offset is null || fault.Offset == offset, $"the fault is at {fault.Offset}");
    }

    [Fact]
    public void Damaged_files_of_llama2c_are_refused_or_usable()
    {
        using var folder = Llama2c();
        Damage(folder.At("model.bin"), folder.At("model.bin"), headBytes: 28, rounds: 200, seed: 1);
        Damage(folder.At("tok512.bin"), folder.At("model.bin"), headBytes: 6_000, rounds: 300, seed: 2);
    }

    [Theory]
    [InlineData(32, 44)]
    [InlineData(64, 300)]
    [InlineData(8, 45)]
    public void Damaged_files_of_its_groups_are_refused_or_usable(int group, int headBytes)
    {
        using var folder = new GroupedFile(group, isShared: true).Write();
        var path = folder.At(GroupedFile.Name);
        Damage(path, path, headBytes, rounds: 150, seed: group);
    }

    [Theory]
    [InlineData("config.json", 3)]
    [InlineData("tokenizer.json", 4)]
    [InlineData("model.safetensors", 5)]
    [InlineData("tokenizer_config.json", 6)]
    [InlineData("generation_config.json", 7)]
    public void Damaged_files_of_a_folder_are_refused_or_usable(string file, int seed)
    {
        using var folder = new SmallModel("qwen3", """{"head_dim": 8}""").WriteFolder();
        WriteSettings(folder);

        Assert.InRange(Damage(folder.At(file), folder.Location, headBytes: 2_500, rounds: 300, seed), 1, 299);
    }

    [Fact]
    public void Damaged_indices_of_shards_are_refused_or_usable()
    {
        using var folder = new SmallModel("qwen3", """{"head_dim": 8}""").WriteFolder();
        var (index, names) = (folder.At("model.safetensors.index.json"), new JsonObject());

        foreach (var (name, _) in new SmallModel("qwen3", """{"head_dim": 8}""").Weights)
        {
            names[name] = "part-0.safetensors";
        }

        File.Move(folder.At("model.safetensors"), folder.At("part-0.safetensors"));
        File.WriteAllText(
            index, new JsonObject { ["metadata"] = new JsonObject(), ["weight_map"] = names }.ToJsonString());

        Assert.InRange(Damage(index, folder.Location, headBytes: 2_500, rounds: 300, seed: 8), 1, 299);
    }

    [Theory]
    [InlineData(TensorFormat.F16)]
    [InlineData(TensorFormat.BF16)]
    [InlineData(TensorFormat.Q8)]
    [InlineData(TensorFormat.Q4)]
    [InlineData(TensorFormat.Q4K)]
    [InlineData(TensorFormat.Q6K)]
    public void Damaged_GGUFs_of_every_format_are_refused_or_usable(TensorFormat format)
    {
        using var bytes = new MemoryStream();
        RandomLlama.Write(
            bytes, RandomLlama.ShapeTiny with { Dimension = 256, FeedForward = 256, Layers = 1 }, format, seed: 1);
        using var file = new ModelFile(bytes.ToArray());

        Assert.InRange(
            Damage(file.Location, file.Location, headBytes: 9_000, rounds: 80, seed: (int)format), 1, 79);
    }

    [Theory]
    [InlineData("""{"hidden_size": 131072, "intermediate_size": 1048576, "num_hidden_layers": 1024}""")]
    [InlineData("""{"vocab_size": 1000000, "max_position_embeddings": 1048576}""")]
    public void Sizes_that_lie_allocate_nothing_of_their_size(string extra)
    {
        using var folder = new SmallModel("llama").WriteFolder();
        folder.Change("config.json", json =>
        {
            foreach (var (name, value) in JsonNode.Parse(extra)!.AsObject())
            {
                json[name] = value!.DeepClone();
            }
        });

        Assert.NotEmpty(Refusal(folder.Location));
    }

    [Fact]
    public void Deep_JSON_is_refused()
    {
        using var folder = new SmallModel("llama").WriteFolder();

        foreach (var name in new[] { "config.json", "tokenizer.json" })
        {
            var whole = File.ReadAllText(folder.At(name));
            File.WriteAllText(folder.At(name), new string('[', 100_000));
            Assert.NotEmpty(Refusal(folder.Location));
            File.WriteAllText(folder.At(name), whole);
        }
    }

    /// <summary>
    /// Bytes are changed, taken out, doubled, or the end is cut off; opening then works, and the model runs, or
    /// it is refused. Answers how often it worked.
    /// </summary>
    private static int Damage(string file, string model, int headBytes, int rounds, int seed)
    {
        var whole = File.ReadAllBytes(file);
        var random = new Random(seed);
        var head = Math.Min(headBytes, whole.Length);
        using var device = new HostDevice(1);
        Try(model, whole.Length, "of the whole file", device);
        var usable = 0;

        for (var round = 0; round < rounds; round++)
        {
            var bytes = whole.ToList();
            var at = random.Next(head);

            switch (random.Next(5))
            {
                case 0:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                    break;
                case 1:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)));
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes[at] = (byte)random.Next(256);
                    bytes[random.Next(head)] = (byte)"09-[]{}\",:ntf"[random.Next(13)];
                    break;
            }

            File.WriteAllBytes(file, [.. bytes]);
            usable += Try(model, whole.Length, round.ToString(CultureInfo.InvariantCulture), device) ? 1 : 0;
        }

        File.WriteAllBytes(file, whole);
        return usable;
    }

    /// <summary>Whether it is usable rather than refused.</summary>
    private static bool Try(string path, int size, string round, HostDevice device)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        try
        {
            using var model = LlamaModel.Open(path);
            Assert.NotEmpty(model.Tokenizer.Encode("a word"));
            Assert.NotNull(model.Id.Value);
            Bounded();
            ModelRun.Forward(model, device);
            return true;
        }
        catch (ModelFormatException fault)
        {
            Assert.False(string.IsNullOrWhiteSpace(fault.Message));
            Bounded();
            return false;
        }

        void Bounded()
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < AllocationSlack + (64L * size), $"round {round} allocated {allocated} bytes");
        }
    }

    private static void WriteSettings(ModelFolder folder)
    {
        File.WriteAllText(
            folder.At("tokenizer_config.json"),
            """{"eos_token": {"content": "<2>"}, "add_bos_token": true, "chat_template": [{"name": "default", "template": "{{ x }}"}]}""");
        File.WriteAllText(folder.At("generation_config.json"), """{"bos_token_id": 1, "eos_token_id": [2, 1]}""");
    }

    private static string Refusal(string path)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var fault = Assert.Throws<ModelFormatException>(() => LlamaModel.Open(path));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < AllocationSlack, "allocated too much");
        return fault.Message;
    }

    private static ModelFolder Llama2c()
    {
        var folder = new ModelFolder();
        File.WriteAllBytes(
            folder.At("model.bin"), File.ReadAllBytes(SharedModels.Find("models/stories260K/stories260K.bin")));
        File.WriteAllBytes(
            folder.At("tok512.bin"), File.ReadAllBytes(SharedModels.Find("models/stories260K/tok512.bin")));
        return folder;
    }
}
