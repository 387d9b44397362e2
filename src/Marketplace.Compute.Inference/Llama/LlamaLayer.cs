using Marketplace.Compute.Inference.ModelFiles;

namespace Marketplace.Compute.Inference.Llama;

/// <summary>The tensors of one layer; matrices are row-major [out, in]. What a model lacks is null.</summary>
public sealed record LlamaLayer(
    StoredTensor AttentionNorm,
    StoredTensor Query,
    StoredTensor Key,
    StoredTensor Value,
    StoredTensor AttentionOutput,
    StoredTensor FeedForwardNorm,
    StoredTensor Gate,
    StoredTensor Up,
    StoredTensor Down)
{
    /// <summary>Added to queries, as in Qwen 2.</summary>
    public StoredTensor? QueryBias { get; init; }

    public StoredTensor? KeyBias { get; init; }

    public StoredTensor? ValueBias { get; init; }

    /// <summary>Norm of every head's query before rotary positions, [head size], as in Qwen 3.</summary>
    public StoredTensor? QueryNorm { get; init; }

    public StoredTensor? KeyNorm { get; init; }
}
