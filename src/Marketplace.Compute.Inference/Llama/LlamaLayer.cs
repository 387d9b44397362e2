using Marketplace.Compute.Inference.Gguf;

namespace Marketplace.Compute.Inference.Llama;

/// <summary>The tensors of one layer; matrices are row-major [out, in].</summary>
public sealed record LlamaLayer(
    GgufTensor AttentionNorm,
    GgufTensor Query,
    GgufTensor Key,
    GgufTensor Value,
    GgufTensor AttentionOutput,
    GgufTensor FeedForwardNorm,
    GgufTensor Gate,
    GgufTensor Up,
    GgufTensor Down);
