namespace Marketplace.Compute.Inference.Llama;

/// <summary>What a batch has room for.</summary>
/// <param name="Blocks">Blocks of keys and values, of all sequences together.</param>
/// <param name="Rows">Tokens of one step.</param>
/// <param name="Sequences">Rows whose logits one step may ask for: one of each sequence, or more.</param>
internal readonly record struct BatchSize(int Blocks, int Rows, int Sequences);
