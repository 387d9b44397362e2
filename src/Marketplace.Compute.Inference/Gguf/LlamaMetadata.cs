using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Gguf;

/// <summary>
/// What a GGUF file says of a Llama's shape, under the keys of its specification; the tokenizer's keys are not here.
/// </summary>
internal static class LlamaMetadata
{
    /// <summary>Names the architecture and its sizes.</summary>
    public static void AddTo(GgufWriter writer, string name, LlamaShape shape)
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
