using Marketplace.Agent.Protocol;

namespace Marketplace.Agent.Inference;

/// <summary>Makes embeddings: a language model on the processor.</summary>
internal interface IVectorMaker
{
    /// <summary>One vector for each input of the order, in their order.</summary>
    /// <exception cref="Work.WorkFault">The order cannot be done here.</exception>
    Task<MadeVectors> Embed(EmbeddingOrderMessage order, CancellationToken cancel);
}
