using Marketplace.Agent.Protocol;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Api.AgentGateway;

/// <summary>Orders and tokens in the words of the wire.</summary>
internal static class OrderMessages
{
    public static WorkOrderMessage From(WorkOrder order) => new(
        order.Attempt.Value,
        order.Work,
        order.Deadline,
        order.Text is { Order.Embedding: null } text ? From(text) : null,
        order.Unit is { } unit ? From(unit) : null,
        order.Text?.Order is { Embedding: { } embedding } asked ? From(asked, embedding) : null,
        order.Audit is { } audit
            ? new(From(new TextWork(audit.Order with { Identity = null }, [])), [.. audit.Tokens], audit.Tolerance)
            : null);

    public static Token[] ToTokens(TokenMessage[] tokens) =>
    [
        .. tokens.Select(token =>
            new Token(token.Id, token.Text ?? string.Empty, ToProbabilities(token.Probabilities))),
    ];

    private static TokenProbability[]? ToProbabilities(ProbabilityMessage[]? told) =>
        told?.Select(one => new TokenProbability(one.Id, one.Bytes ?? [], one.Logprob)).ToArray();

    private static TextOrderMessage From(TextWork work) => new(
        work.Order.Model,
        work.Order.ModelSha256,
        work.Order.ModelBytes,
        work.Order.Tokens is null ? work.Order.Prompt : string.Empty,
        work.Order.MaxTokens,
        work.Order.Temperature,
        work.Order.Seed,
        [.. work.Prefix.Select(token => new TokenMessage(token.Id, token.Text))],
        work.Order.Stop is { } stop ? [.. stop.Texts] : null,
        work.Order.Sampling is { } sampling ? From(sampling) : null,
        work.Order.Logprobs,
        work.Order.Schema,
        work.Tenant,
        FilesOf(work.Order),
        work.Order.Identity?.Id,
        work.Order.IsBatch,
        work.Order.Tokens?.Ids.ToArray(),
        work.Order.Calls,
        work.Order.TellsPrompt);

    private static EmbeddingOrderMessage From(InferenceOrder order, EmbeddingOrder embedding) => new(
        order.Model,
        order.ModelSha256,
        order.ModelBytes,
        [.. embedding.Inputs.Select(input => new EmbeddingInputMessage(input.Text, input.Tokens?.ToArray()))],
        FilesOf(order));

    private static ModelFileMessage[]? FilesOf(InferenceOrder order) => order.Files is { } bundle ? From(bundle) : null;

    public static ModelFileMessage[] From(ModelBundle bundle) =>
        [.. bundle.Files.Select(file => new ModelFileMessage(file.Path, file.Sha256, file.Bytes))];

    private static SamplingMessage From(SamplingSettings sampling) => new(
        sampling.TopK,
        sampling.TopP,
        sampling.MinP,
        sampling.RepetitionPenalty,
        sampling.PresencePenalty,
        sampling.FrequencyPenalty,
        [.. sampling.Biases.Select(bias => bias.Token)],
        [.. sampling.Biases.Select(bias => bias.Bias)]);

    private static UnitOrderMessage From(UnitWork work) => new(
        [.. work.Order.Scene.Files.Select(file => new SceneFileMessage(file.Path, file.Sha256, file.Bytes))],
        work.Order.Scene.Root,
        work.Order.Scene.Environment,
        work.Order.Width,
        work.Order.Height,
        work.Order.Camera,
        work.Order.Seed,
        work.Order.MaxBounces,
        work.Unit.Frame,
        work.Order.FramesPerSecond,
        work.Unit.X,
        work.Unit.Y,
        work.Unit.Width,
        work.Unit.Height,
        work.Unit.FirstSample,
        work.Unit.Samples,
        work.Order.Animation,
        work.Order.Settings?.Camera is { } camera
            ? new([.. camera.Position], [.. camera.Target], [.. camera.Up], camera.VerticalFov)
            : null,
        work.Order.Settings?.Environment is { } light ? new(light.Turns, light.Factor) : null,
        work.Order.IndirectMax());
}
