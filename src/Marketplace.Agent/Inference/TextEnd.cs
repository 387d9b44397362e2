namespace Marketplace.Agent.Inference;

/// <summary>How a text ended.</summary>
/// <param name="FinishReason"><c>stop</c> or <c>length</c>.</param>
internal sealed record TextEnd(string FinishReason, int PromptTokens)
{
    public const string Stop = "stop";
    public const string Length = "length";
}
