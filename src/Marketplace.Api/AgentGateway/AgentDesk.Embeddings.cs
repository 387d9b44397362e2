using Marketplace.Agent.Protocol;
using Marketplace.Api.Inference.OpenAi;
using Marketplace.Api.Renders;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;

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

        var order = (await found.Job.Describe())?.Order.Embedding;
        var vectors = await VectorFile.Read(blobs, hash, message.VectorsBytes, CancellationToken.None);

        return vectors is null
            ? await Refuse(device, message.Attempt, message.Work, "the vectors are not there at this length")
            : order is not null && VectorFile.WhyNoVectors(vectors, order.Width) is { } why
                ? await Refuse(device, message.Attempt, message.Work, why)
                : Reply(
                    found.Attempt,
                    await found.Job.CompleteEmbedding(found.Attempt, new(message.VectorsBytes, kept)),
                    isLast: true);
    }
}
