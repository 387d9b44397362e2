using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Tests;

/// <summary>A file that is gone when the test ends.</summary>
internal sealed class ModelFile : IDisposable
{
    public ModelFile(byte[] bytes) => File.WriteAllBytes(Location, bytes);

    public string Location { get; } = Path.Combine(Path.GetTempPath(), $"marketplace-test-{Guid.NewGuid():N}.gguf");

    /// <summary>A whole tiny model with random weights.</summary>
    public static byte[] Tiny(TensorFormat format = TensorFormat.F32)
    {
        using var bytes = new MemoryStream();
        RandomLlama.Write(bytes, RandomLlama.ShapeTiny, format, seed: 1);
        return bytes.ToArray();
    }

    public void Dispose() => File.Delete(Location);
}
