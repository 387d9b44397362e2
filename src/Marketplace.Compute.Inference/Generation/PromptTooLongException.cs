namespace Marketplace.Compute.Inference.Generation;

/// <summary>The prompt alone does not fit into the model's context.</summary>
public sealed class PromptTooLongException(int tokens, int context)
    : Exception($"the prompt has {tokens} tokens, the model's context holds {context}")
{
    public int Tokens => tokens;

    public int Context => context;
}
