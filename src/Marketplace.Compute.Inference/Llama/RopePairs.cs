namespace Marketplace.Compute.Inference.Llama;

/// <summary>Which two elements of a head rotary positions turn together. Su et al. 2021.</summary>
public enum RopePairs
{
    /// <summary>
    /// Neighbours (2j, 2j + 1), as the paper, llama2.c, and GGUF's <c>llama</c>, whose rows are permuted.
    /// </summary>
    Interleaved,

    /// <summary>Halves (j, j + size / 2), as GPT-NeoX, Hugging Face's files, and GGUF's <c>qwen2</c>.</summary>
    Halves,
}
