using System.Buffers.Binary;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.ModelFiles;
using Marketplace.Compute.Inference.Tests.Safetensors;

namespace Marketplace.Compute.Inference.Tests.Llama2c;

/// <summary>llama2.c's version 2: bytes with a scale for each group.</summary>
public class GroupedWeightsTests
{
    [Theory]
    [InlineData(64, true, TensorFormat.Q8)]
    [InlineData(32, false, TensorFormat.Q8)]
    [InlineData(16, false, TensorFormat.F32)]
    [InlineData(1, true, TensorFormat.F32)]
    public void Every_weight_is_its_byte_times_its_groups_scale(int group, bool isShared, TensorFormat format)
    {
        var written = new GroupedFile(group, isShared);
        using var folder = written.Write();
        using var files = IModelFiles.Open(folder.At(GroupedFile.Name));

        AssertWeights(written, files);
        Assert.All(files.Tensors.Where(tensor => tensor.Rows > 1), tensor => Assert.Equal(format, tensor.Format));
    }

    [Fact]
    public void Rows_that_are_no_blocks_become_floats_and_the_others_stay()
    {
        var written = new GroupedFile(32, isShared: true, hidden: 44);
        using var folder = written.Write();
        using var files = IModelFiles.Open(folder.At(GroupedFile.Name));

        AssertWeights(written, files);
        Assert.Equal(TensorFormat.F32, files.Find("blk.1.ffn_down.weight")!.Format);
        Assert.Equal(TensorFormat.Q8, files.Find("blk.1.ffn_up.weight")!.Format);
    }

    [Theory]
    [InlineData(1e-7f)]
    [InlineData(1e5f)]
    public void Scales_that_no_half_holds_lose_nothing(float scale)
    {
        var written = new GroupedFile(32, isShared: true) { Scale = _ => scale };
        using var folder = written.Write();
        using var files = IModelFiles.Open(folder.At(GroupedFile.Name));

        AssertWeights(written, files);
    }

    [Fact]
    public void Any_other_scale_is_that_of_a_half()
    {
        var written = new GroupedFile(32, isShared: true) { Scale = random => 0.001f + (random.NextSingle() * 0.01f) };
        using var folder = written.Write();
        using var files = IModelFiles.Open(folder.At(GroupedFile.Name));

        var (expected, found) = (written.Weights["token_embd.weight"], Decoded(files.Find("token_embd.weight")!));

        Assert.All(expected.Zip(found), pair => Assert.InRange(
            MathF.Abs(pair.Second - pair.First), 0, MathF.Abs(pair.First) / 2_000));
    }

    [Fact]
    public void Such_a_model_makes_a_text_and_has_an_id()
    {
        using var folder = new GroupedFile(32, isShared: false).Write();
        using var model = LlamaModel.Open(folder.At(GroupedFile.Name));
        using var device = new HostDevice(2);
        using var engine = new InferenceEngine(model, device);
        using var text = engine.Begin(new("w5", 12, 0.9, 5, []));

        Assert.NotEmpty(text.Tokens(TestContext.Current.CancellationToken));
        Assert.Equal(("llama2.c", TensorFormat.Q8), (model.Container, model.WeightFormat));
        Assert.Matches("^[0-9a-f]{64}$", model.Id.Value);
    }

    [Theory]
    [InlineData(4, 1, "llama2.c version 1 is not supported, only 0 and 2", 4)]
    [InlineData(8, 0, "dim is 0", 8)]
    [InlineData(12, int.MaxValue, "hidden_dim is 2147483647", 12)]
    [InlineData(28, -264, "vocab_size is -264, allowed are 1 to 1000000", 28)]
    [InlineData(28, 265, "takes", null)]
    [InlineData(36, 0x0000_2002, "shared_classifier is 2, allowed are 0 and 1", 36)]
    [InlineData(37, 0, "group_size is 0", 37)]
    [InlineData(37, -32, "group_size is -32", 37)]
    [InlineData(37, 7, "no multiple of the group size 7", null)]
    [InlineData(37, 64, "its header asks for", 0)]
    public void A_header_that_lies_is_refused_with_its_place(int at, int value, string offence, int? offset)
    {
        using var folder = Changed(bytes => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value));

        var fault = Assert.Throws<ModelFormatException>(() => LlamaModel.Open(folder.At(GroupedFile.Name)));

        Assert.Contains(offence, fault.Message, StringComparison.Ordinal);
        Assert.True(offset is null || fault.Offset == offset, $"the fault is at {fault.Offset}");
    }

    [Fact]
    public void A_scale_that_is_no_number_and_a_file_that_ends_are_refused()
    {
        using var nan = Changed(bytes => BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(^4..), float.NaN));
        using var cut = Changed(_ => { });
        var whole = File.ReadAllBytes(cut.At(GroupedFile.Name));

        Assert.Contains("has the scale NaN", Refusal(nan), StringComparison.Ordinal);

        foreach (var length in new[] { 27, 28, 40, 255, 256, whole.Length - 1 })
        {
            File.WriteAllBytes(cut.At(GroupedFile.Name), whole[..length]);
            Assert.NotEmpty(Refusal(cut));
        }
    }

    private static string Refusal(ModelFolder folder) =>
        Assert.Throws<ModelFormatException>(() => LlamaModel.Open(folder.At(GroupedFile.Name))).Message;

    private static ModelFolder Changed(Action<byte[]> change)
    {
        var folder = new GroupedFile(32, isShared: true).Write();
        var bytes = File.ReadAllBytes(folder.At(GroupedFile.Name));
        change(bytes);
        File.WriteAllBytes(folder.At(GroupedFile.Name), bytes);
        return folder;
    }

    private static void AssertWeights(GroupedFile written, IModelFiles files)
    {
        Assert.Equal(
            written.Weights.Keys.Order(StringComparer.Ordinal),
            files.Tensors.Select(tensor => tensor.Name).Order(StringComparer.Ordinal));

        foreach (var (name, expected) in written.Weights)
        {
            Assert.Equal(expected, Decoded(files.Find(name)!));
        }
    }

    private static float[] Decoded(StoredTensor tensor)
    {
        var values = new float[tensor.Elements];

        for (var row = 0; row < tensor.Rows; row++)
        {
            RowFormat.Decode(
                tensor.Format, tensor.Row(row), values.AsSpan((int)(row * tensor.Columns), (int)tensor.Columns));
        }

        return values;
    }
}
