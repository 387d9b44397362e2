using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Tests.Gguf;

public class RowFormatTests
{
    [Theory]
    [InlineData(TensorFormat.F32, 0f)]
    [InlineData(TensorFormat.F16, 1f / 2_048)]
    [InlineData(TensorFormat.BF16, 1f / 256)]
    [InlineData(TensorFormat.Q8, 1f / 200)]
    [InlineData(TensorFormat.Q4, 1f / 7)]
    [InlineData(TensorFormat.Q4K, 1f / 12)]
    [InlineData(TensorFormat.Q6K, 1f / 40)]
    public void A_row_comes_back_within_the_formats_precision(TensorFormat format, float tolerance)
    {
        var values = Twin.Values(768, 1);
        var stored = new byte[RowFormat.RowBytes(format, values.Length)];
        var found = new float[values.Length];

        RowFormat.Encode(format, values, stored);
        RowFormat.Decode(format, stored, found);

        Assert.All(values.Zip(found), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    [Theory]
    [InlineData(TensorFormat.F32)]
    [InlineData(TensorFormat.F16)]
    [InlineData(TensorFormat.BF16)]
    public void A_written_model_reads_back_as_it_was(TensorFormat format)
    {
        using var file = new ModelFile(ModelFile.Tiny(format));
        using var model = Inference.Llama.LlamaModel.Open(file.Location);

        Assert.Equal(format, model.WeightFormat);
        Assert.Equal(Inference.Llama.RandomLlama.ShapeTiny, model.Shape);
    }
}
