using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Agent.SelfTests;

/// <summary>A model file with random weights that goes when it is disposed of.</summary>
internal sealed class SyntheticModel : IDisposable
{
    private const int Seed = 1;

    private SyntheticModel(string path) => FilePath = path;

    public string FilePath { get; }

    public static SyntheticModel Write(LlamaShape shape)
    {
        var path = Path.Combine(Path.GetTempPath(), $"marketplace-agent-{Guid.NewGuid():N}.gguf");

        using (var file = new FileStream(path, FileMode.CreateNew))
        {
            RandomLlama.Write(file, shape, TensorFormat.F32, Seed);
        }

        return new SyntheticModel(path);
    }

    public void Dispose() => File.Delete(FilePath);
}
