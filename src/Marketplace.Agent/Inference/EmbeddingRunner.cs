using System.Buffers.Binary;
using System.Security.Cryptography;
using Marketplace.Agent.Market;
using Marketplace.Agent.Protocol;
using Marketplace.Agent.Work;
using Marketplace.Domain.Inference;

namespace Marketplace.Agent.Inference;

/// <summary>One order of embeddings: made, the vectors uploaded under their hash, then delivered.</summary>
internal sealed class EmbeddingRunner(
    IVectorMaker models, MarketLink link, Deliveries deliveries, ResultSigner signer)
{
    public async Task<DeliverReply> Run(RunningAttempt attempt, EmbeddingOrderMessage order)
    {
        if (order.Inputs.Length is 0 or > EmbeddingLimits.InputsMax)
        {
            throw new WorkFault(
                WorkFault.Unsupported,
                $"{order.Inputs.Length} inputs, allowed are 1 to {EmbeddingLimits.InputsMax}.",
                true);
        }

        var made = await models.Embed(order, attempt.Token);
        var file = FileOf(made.Numbers);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
        var done = new EmbeddingDoneMessage(
            attempt.Order.Attempt,
            made.PromptTokens,
            sha256,
            file.Length,
            attempt.Order.Work,
            signer.Embedding(attempt.Order, sha256, made.PromptTokens));

        return await deliveries.UntilAnswered(attempt, Upload, attempt.Token);

        // Upload and delivery are one step: whatever fails, both are repeated, and both are harmless to repeat.
        async Task<DeliverReply> Upload(CancellationToken cancel)
        {
            await link.PutBlob(sha256, file, cancel);
            return await link.DeliverEmbedding(done, cancel);
        }
    }

    private static byte[] FileOf(float[] numbers)
    {
        var bytes = new byte[checked(numbers.Length * EmbeddingLimits.NumberBytes)];

        for (var at = 0; at < numbers.Length; at++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at * EmbeddingLimits.NumberBytes), numbers[at]);
        }

        return bytes;
    }
}
