using Marketplace.Agent.Protocol;
using Marketplace.Agent.Work;
using Marketplace.Compute.Inference;
using Marketplace.Compute.Inference.Embeddings;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Domain.Inference;

namespace Marketplace.Agent.Inference;

/// <summary>Embeddings by the market's models, on the device that makes their texts.</summary>
internal sealed class ModelVectorMaker(ModelShelf models) : IVectorMaker
{
    public async Task<MadeVectors> Embed(EmbeddingOrderMessage order, CancellationToken cancel)
    {
        using var loan = await models.Borrow(WantedModel.Of(order), cancel);
        var model = loan.Thing;

        return await Task.Factory.StartNew(
            () => Embed(model, order, cancel), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static MadeVectors Embed(LoadedModel model, EmbeddingOrderMessage order, CancellationToken cancel)
    {
        try
        {
            var embedder = model.Embedder;
            IReadOnlyList<int>[] inputs = [.. order.Inputs.Select(input => Tokens(embedder, input))];
            var tokens = inputs.Sum(input => (long)input.Count);

            return tokens <= EmbeddingLimits.TokensMax
                ? new(embedder.Embed(inputs, cancel), (int)tokens)
                : throw Unsupported($"the inputs have {tokens} tokens, allowed are {EmbeddingLimits.TokensMax}");
        }
        catch (Exception fault)
            when (fault is PromptTooLongException or ArgumentException or ArithmeticException or ModelFormatException)
        {
            // The model and the inputs are those of the order, so every rig would find the same.
            throw Unsupported(fault.Message, fault);
        }
    }

    private static IReadOnlyList<int> Tokens(Embedder embedder, EmbeddingInputMessage input) => input switch
    {
        { Text: { } text, Tokens: null } => embedder.Encode(text),
        { Text: null, Tokens: { } tokens } => tokens,
        _ => throw Unsupported("an input is neither a text nor tokens"),
    };

    private static WorkFault Unsupported(string why, Exception? fault = null) =>
        new(WorkFault.Unsupported, why, true, fault);
}
