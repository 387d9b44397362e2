using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Tests;

/// <summary>A file that is gone when the test ends.</summary>
internal sealed class ModelFile : IDisposable
{
    // Whole blocks of every format.
    private const int BlockColumns = 256;

    public ModelFile(byte[] bytes) => File.WriteAllBytes(Location, bytes);

    public string Location { get; } = Path.Combine(Path.GetTempPath(), $"marketplace-test-{Guid.NewGuid():N}.gguf");

    /// <summary>All that weights may be stored as.</summary>
    public static TheoryData<TensorFormat> Formats => [.. Enum.GetValues<TensorFormat>()];

    /// <summary>A whole tiny model with random weights; of a format in blocks, with rows of whole blocks.</summary>
    public static byte[] Tiny(TensorFormat format = TensorFormat.F32)
    {
        using var bytes = new MemoryStream();
        var shape = RowFormat.BlockElements(format) == 1
            ? RandomLlama.ShapeTiny
            : RandomLlama.ShapeTiny with { Dimension = BlockColumns, FeedForward = BlockColumns };
        RandomLlama.Write(bytes, shape, format, seed: 1);
        return bytes.ToArray();
    }

    public void Dispose() => File.Delete(Location);
}
