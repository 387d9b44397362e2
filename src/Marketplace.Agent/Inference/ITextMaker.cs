using Marketplace.Agent.Protocol;

namespace Marketplace.Agent.Inference;

/// <summary>Makes text: a language model on the device, or <see cref="NoopTextMaker"/>.</summary>
internal interface ITextMaker
{
    /// <summary>
    /// Makes the tokens after the order's prefix and hands each over as it is made, in order, from any thread.
    /// </summary>
    /// <exception cref="Work.WorkFault">The order cannot be done here.</exception>
    Task<TextEnd> Make(TextOrderMessage order, Action<TokenMessage> emit, CancellationToken cancel);
}
