using Marketplace.Agent.Protocol;
using Marketplace.Agent.Work;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Grammars;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Sampling;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Verification;

namespace Marketplace.Agent.Inference;

/// <summary>Texts by the market's models.</summary>
internal sealed class ModelTextMaker(ModelShelf models) : ITextMaker
{
    /// <summary>What OpenAI tells where a token is as good as impossible.</summary>
    private const float LogprobMin = -9_999;

    public async Task<TextEnd> Make(TextOrderMessage order, Action<TokenMessage> emit, CancellationToken cancel)
    {
        using var loan = await models.Borrow(WantedModel.Of(order), cancel);
        var request = RequestOf(order) with { Logprobs = order.Logprobs, Claims = true };
        var claims = new ClaimLog();

        // A text that is nobody's shares nothing with any other.
        var tenant = order.Tenant ?? Guid.NewGuid().ToString();

        try
        {
            var end = await loan.Thing.MakeTogether(new(tenant, request, order.IsBatch), Emit, cancel);
            return end with { Claims = Claims(loan.Thing.Model, request, end, claims) };
        }
        catch (Exception fault) when (fault is PromptTooLongException or ArgumentException or SchemaException)
        {
            throw new WorkFault(WorkFault.Unsupported, fault.Message, true, fault);
        }

        void Emit(GeneratedToken token)
        {
            claims.Add(token.Claim!);
            emit(ToMessage(token));
        }
    }

    /// <summary>What an order asks of the engine.</summary>
    /// <exception cref="WorkFault">It cannot be done.</exception>
    public static GenerationRequest RequestOf(TextOrderMessage order) => new(
        order.Prompt, order.MaxTokens, Temperature(order), order.Seed, [.. order.Prefix.Select(token => token.Id)])
    {
        PromptTokens = order.PromptTokens,
        Stop = order.Stop ?? [],
        Filters = order.Sampling is { } sampling ? Filters(sampling) : SamplingFilters.None,
        Schema = order.Schema is { } schema ? Read(schema, JsonSchema.Parse) : null,
        Calls = order.Calls is { } calls ? Read(calls, CallGrammar.Parse) : null,
        TellsPrompt = order.TellsPrompt && order.Prefix.Length == 0,
    };

    private static TextClaims Claims(LlamaModel model, GenerationRequest request, TextEnd end, ClaimLog claims)
    {
        if (end.EndClaim is { } mark)
        {
            claims.Add(mark);
        }

        var ofPrompt = new ClaimLog();

        foreach (var claim in end.PromptClaims)
        {
            ofPrompt.Add(claim);
        }

        return new(
            LogitProfile.Of(model.WeightFormat.ToString()),
            [.. end.Prompt, .. request.Prefix],
            [.. ofPrompt.ToArray(), .. claims.ToArray()]);
    }

    private static TokenMessage ToMessage(GeneratedToken token) => new(
        token.Id,
        token.Text,
        token.Probabilities?
            .Select(one => new ProbabilityMessage(one.Id, one.Bytes, Shown(one.LogProbability)))
            .ToArray());

    /// <summary>A number that JSON can write, whatever the model's logits are.</summary>
    private static float Shown(double logprob) =>
        double.IsNaN(logprob) ? LogprobMin : (float)Math.Clamp(logprob, LogprobMin, 0);

    private static SamplingFilters Filters(SamplingMessage sampling)
    {
        if (sampling.BiasTokens is not { } tokens || sampling.Biases?.Length != tokens.Length)
        {
            throw new WorkFault(WorkFault.Unsupported, "the biases do not belong to as many tokens", true);
        }

        return new()
        {
            TopK = sampling.TopK,
            TopP = sampling.TopP,
            MinP = sampling.MinP,
            RepetitionPenalty = sampling.RepetitionPenalty,
            PresencePenalty = sampling.PresencePenalty,
            FrequencyPenalty = sampling.FrequencyPenalty,
            Bias = tokens.Zip(sampling.Biases).DistinctBy(pair => pair.First).ToDictionary(),
        };
    }

    private static T Read<T>(string text, Func<string, T> parse)
    {
        try
        {
            return parse(text);
        }
        catch (SchemaException fault)
        {
            throw new WorkFault(WorkFault.Unsupported, fault.Message, true, fault);
        }
    }

    private static double Temperature(TextOrderMessage order) => order.Temperature is >= 0 and <= 100
        ? InferenceLimits.EffectiveTemperature(order.Temperature)
        : throw new WorkFault(WorkFault.Unsupported, $"temperature {order.Temperature} is not at least 0", true);
}
