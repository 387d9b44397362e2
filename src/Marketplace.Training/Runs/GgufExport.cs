using Marketplace.Compute.Inference.Gguf;
using Marketplace.Training.Parameters;
using Marketplace.Training.Tokens;

namespace Marketplace.Training.Runs;

/// <summary>Writes trained weights as a GGUF that the engine loads; norms stay floats.</summary>
internal static class GgufExport
{
    public static void Write(
        Stream output, string name, ParameterLayout layout, float[] weights, PieceVocabulary vocabulary,
        TensorFormat format)
    {
        var writer = new GgufWriter();
        LlamaMetadata.AddTo(writer, name, layout.Shape);
        vocabulary.AddTo(writer);

        foreach (var tensor in layout.Tensors)
        {
            writer.AddTensor(
                tensor.Name, tensor.IsMatrix ? format : TensorFormat.F32, tensor.Columns, tensor.Rows,
                (row, values) => tensor.Of(weights).Slice(row * tensor.Columns, tensor.Columns).CopyTo(values));
        }

        writer.Write(output);
    }
}
