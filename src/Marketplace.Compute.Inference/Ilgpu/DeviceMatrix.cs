using ILGPU;
using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Ilgpu;

/// <summary>A matrix in device memory, stored as in its file.</summary>
/// <param name="Bytes">The weights.</param>
/// <param name="Format">Their form.</param>
/// <param name="Rows">Results of a product.</param>
/// <param name="Columns">Elements of a vector.</param>
internal sealed record DeviceMatrix(ArrayView<byte> Bytes, TensorFormat Format, int Rows, int Columns);
