using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.ModelFiles;

namespace Marketplace.Compute.Inference.Host;

/// <summary>A matrix in mapped memory and where its products go.</summary>
/// <param name="Weights">Address of the first row.</param>
/// <param name="Format">How rows are stored.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Elements of a row.</param>
/// <param name="Output">Address of the first vector's results.</param>
internal readonly record struct HostMatrix(nint Weights, TensorFormat Format, int Rows, int Columns, nint Output)
{
    public static HostMatrix Of(Llama.LlamaModel model, StoredTensor tensor, nint output) =>
        new(model.AddressOf(tensor), tensor.Format, (int)tensor.Rows, (int)tensor.Columns, output);

    /// <summary>Rows [from, to) times every vector.</summary>
    public unsafe void Multiply(int from, int to, float* x, int vectors) =>
        DotKernel.Rows((byte*)Weights, Format, Columns, from, to, x, vectors, (float*)Output, Rows);
}
