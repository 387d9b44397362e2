using Marketplace.Agent.Protocol;
using Marketplace.Api.Inference.OpenAi;
using Marketplace.Api.Renders;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Leases;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.AgentGateway;

/// <summary>Deliveries of embeddings.</summary>
internal sealed partial class AgentDesk
{
    /// <summary>
    /// Takes vectors that were uploaded before. What is no vector of length 1 is refused here: the file is too large
    /// for a grain to read.
    /// </summary>
    public async Task<DeliverReply> DeliverEmbedding(DeviceId device, EmbeddingDoneMessage message)
    {
        if (message.VectorsSha256 is not { } hash
            || !AssetHash.IsOne(hash)
            || message.PromptTokens is < 0 or > EmbeddingLimits.TokensMax)
        {
            return DeliverReply.Refused;
        }

        if (await FindJob(device, message.Attempt, message.Work) is not { } found)
        {
            return DeliverReply.Stale;
        }

        var claim = await signatures.Check(
            device,
            new(found.Attempt, hash, ResultStatement.MeterOfEmbedding(message.PromptTokens), message.Signature),
            found.Job.GetPrimaryKeyString());

        if (claim.Kept is not { } kept)
        {
            return DeliverReply.Refused;
        }

        return await WhyNoVectors(found, message) is { } why
            ? await Refuse(device, message.Attempt, message.Work, why)
            : Reply(
                found.Attempt,
                await found.Job.CompleteEmbedding(found.Attempt, new(message.VectorsBytes, kept)),
                isLast: true);
    }

    /// <summary>
    /// Why the file is not one of vectors; null when it is, and when the job will refuse the delivery whatever is in
    /// it: nothing is read for that.
    /// </summary>
    private async Task<string?> WhyNoVectors(
        (AttemptId Attempt, IInferenceJobGrain Job) found, EmbeddingDoneMessage message)
    {
        var job = await found.Job.Describe();

        if (job?.Order.Embedding is not { } order
            || job.Attempt != found.Attempt
            || message.VectorsBytes != order.VectorBytes)
        {
            return null;
        }

        return await VectorFile.Read(blobs, message.VectorsSha256, order.VectorBytes, CancellationToken.None)
            is { } vectors
                ? VectorFile.WhyNoVectors(vectors, order.Width)
                : "the vectors are not there at this length";
    }
}
