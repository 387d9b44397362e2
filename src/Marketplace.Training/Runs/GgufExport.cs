using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
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
        AddMetadata(writer, name, layout.Shape);
        vocabulary.AddTo(writer);

        foreach (var tensor in layout.Tensors)
        {
            writer.AddTensor(
                tensor.Name, tensor.IsMatrix ? format : TensorFormat.F32, tensor.Columns, tensor.Rows,
                (row, values) => tensor.Of(weights).Slice(row * tensor.Columns, tensor.Columns).CopyTo(values));
        }

        writer.Write(output);
    }

    private static void AddMetadata(GgufWriter writer, string name, LlamaShape shape)
    {
        writer.Add("general.architecture", "llama");
        writer.Add("general.name", name);
        writer.Add("llama.context_length", (uint)shape.Context);
        writer.Add("llama.embedding_length", (uint)shape.Dimension);
        writer.Add("llama.feed_forward_length", (uint)shape.FeedForward);
        writer.Add("llama.block_count", (uint)shape.Layers);
        writer.Add("llama.attention.head_count", (uint)shape.Heads);
        writer.Add("llama.attention.head_count_kv", (uint)shape.KeyValueHeads);
        writer.Add("llama.attention.layer_norm_rms_epsilon", shape.NormEpsilon);
        writer.Add("llama.rope.freq_base", shape.RopeBase);
        writer.Add("llama.rope.dimension_count", (uint)shape.HeadSize);
    }
}
