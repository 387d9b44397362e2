using ILGPU;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>A matrix in device memory, laid out as <see cref="Kernels.WeightTile"/> says.</summary>
/// <param name="Words">The weights.</param>
/// <param name="Scales">Scales of those forms that keep them beside.</param>
/// <param name="Format">Their form.</param>
/// <param name="Rows">Results of a product.</param>
/// <param name="Columns">Elements of a vector.</param>
internal sealed record DeviceMatrix(
    ArrayView<uint> Words, ArrayView<ushort> Scales, TensorFormat Format, int Rows, int Columns);
