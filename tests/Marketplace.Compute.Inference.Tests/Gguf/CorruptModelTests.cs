using System.Buffers.Binary;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Tests.Gguf;

/// <summary>A model file from a stranger is either usable or refused with what is wrong; it is never a crash.</summary>
public class CorruptModelTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(23)]
    public void A_file_shorter_than_a_header_is_refused(int length)
    {
        var fault = Refusal(ModelFile.Tiny()[..length]);

        Assert.Contains($"{length} bytes", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0x58585858, "does not begin with GGUF", 0)]
    [InlineData(4, 2, "version 2", 4)]
    [InlineData(8, int.MaxValue, "2147483647 tensors", 8)]
    [InlineData(16, int.MaxValue, "2147483647 metadata entries", 16)]
    [InlineData(24, int.MaxValue, "a string of 2147483647 bytes", 24)]
    public void A_header_that_lies_is_refused_with_its_place(int at, int value, string offence, long offset)
    {
        var bytes = ModelFile.Tiny();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);

        var fault = Refusal(bytes);

        Assert.Contains(offence, fault.Message, StringComparison.Ordinal);
        Assert.Equal(offset, fault.Offset);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        var bytes = ModelFile.Tiny();
        var random = new Random(3);

        for (var round = 0; round < 100; round++)
        {
            Refusal(bytes[..random.Next(bytes.Length)]);
        }
    }

    [Theory]
    [InlineData("llama.feed_forward_length", 45u, "is 44 x 24, expected 45 x 24")]
    [InlineData("llama.embedding_length", 0u, "allowed are 1 to")]
    [InlineData("llama.block_count", 3u, "blk.2.attn_norm.weight is missing")]
    [InlineData("llama.attention.head_count", 5u, "do not divide evenly")]
    [InlineData("llama.attention.head_count_kv", 3u, "do not divide evenly")]
    [InlineData("llama.rope.dimension_count", 2u, "rotary positions over 2 of 6")]
    [InlineData("llama.context_length", uint.MaxValue, "llama.context_length is 4294967295")]
    [InlineData("tokenizer.ggml.bos_token_id", 100_000u, "tokenizer.ggml.bos_token_id is 100000")]
    public void A_model_whose_parts_disagree_is_refused(string key, uint value, string offence)
    {
        var bytes = ModelFile.Tiny();
        var at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(key + "\u0004\0\0\0")) + key.Length + 4;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), value);

        Assert.Contains(offence, Refusal(bytes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_changes_to_a_header_are_refused_or_harmless()
    {
        var whole = ModelFile.Tiny();
        Mutate(whole, headBytes: 12_000, rounds: 600, seed: 5);
    }

    [Fact]
    public void Random_changes_to_a_real_models_header_are_refused_or_harmless() =>
        Mutate(File.ReadAllBytes(SharedModels.Stories260K), headBytes: 16_000, rounds: 150, seed: 6);

    [Fact]
    public void A_count_that_lies_allocates_no_more_than_the_file_could_hold()
    {
        var bytes = ModelFile.Tiny();
        var at = bytes.AsSpan().IndexOf("tokenizer.ggml.scores"u8) + "tokenizer.ggml.scores".Length + 8;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), ModelLimits.ArrayElementsMax);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var fault = Refusal(bytes);

        Assert.Contains("does not fit into the rest of the file", fault.Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < (20 * bytes.Length) + 1_000_000);
    }

    private static void Mutate(byte[] whole, int headBytes, int rounds, int seed)
    {
        var random = new Random(seed);
        using var device = new HostDevice(1);

        for (var round = 0; round < rounds; round++)
        {
            var bytes = (byte[])whole.Clone();
            var changes = random.Next(1, 4);

            for (var change = 0; change < changes; change++)
            {
                bytes[random.Next(headBytes)] = (byte)random.Next(256);
            }

            using var file = new ModelFile(bytes);

            try
            {
                using var model = LlamaModel.Open(file.Location);
                _ = model.Tokenizer.Encode("a word");
                _ = model.BytesPerToken;
                ModelRun.Forward(model, device);
            }
            catch (ModelFormatException fault)
            {
                Assert.False(string.IsNullOrWhiteSpace(fault.Message));
            }
        }
    }

    private static ModelFormatException Refusal(byte[] bytes)
    {
        using var file = new ModelFile(bytes);
        return Assert.Throws<ModelFormatException>(() => LlamaModel.Open(file.Location).Dispose());
    }
}
