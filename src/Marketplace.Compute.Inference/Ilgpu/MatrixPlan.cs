using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>
/// Which matrices are multiplied on the matrix unit and which by the portable kernels: by their form of storage alone,
/// so that a vector meets the same arithmetic however many there are.
/// </summary>
/// <param name="Kernels">Of the matrix unit; null where nothing goes there.</param>
/// <param name="Paths">By form.</param>
internal sealed record MatrixPlan(ITensorKernels? Kernels, IReadOnlyList<MatrixPath> Paths)
{
    /// <summary>Everything by the portable kernels.</summary>
    public static MatrixPlan Portable { get; } = new(null, []);

    public bool Uses(TensorFormat format) => Paths.Any(path => path.Format == format && path.Why is null);

    /// <summary>Whether any matrix goes to the unit.</summary>
    public bool UsesAny => Paths.Any(path => path.Why is null);
}
