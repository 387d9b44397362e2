using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>How matrices of a form are multiplied on a device.</summary>
/// <param name="Format">The form of storage.</param>
/// <param name="Why">Null on tensor cores, else why by the portable kernels.</param>
public sealed record MatrixPath(TensorFormat Format, string? Why)
{
    public override string ToString() =>
        Why is null ? $"{Format} on tensor cores" : $"{Format} by the portable kernels ({Why})";
}
