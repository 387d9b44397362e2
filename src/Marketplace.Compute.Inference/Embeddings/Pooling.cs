namespace Marketplace.Compute.Inference.Embeddings;

/// <summary>Which of a text's last hidden states make its vector; numbers of llama.cpp, gguf-py/constants.py.</summary>
public enum Pooling
{
    /// <summary>The mean of all of them.</summary>
    Mean = 1,

    /// <summary>That of the first token.</summary>
    First = 2,

    /// <summary>That of the last token.</summary>
    Last = 3,
}
