using Marketplace.Api.Http;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Inference;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// From a request for vectors to an order. The model's own tokenizer counts the inputs first, so that what is ordered
/// is what will be charged.
/// </summary>
internal static class EmbeddingOrders
{
    /// <summary>What to order, or why not.</summary>
    public static async Task<(InferenceOrder? Order, ProblemHttpResult? Refusal)> Of(
        EmbeddingRequest request, Desk desk)
    {
        var (faults, inputs) = request.Check();

        if (faults.Any)
        {
            return (null, Problems.Invalid(faults.Errors));
        }

        if (await desk.FindModel(request.Model) is not { } model)
        {
            return (null, ModelReference.Unknown(request.Model));
        }

        return await desk.Grains.Model(model.Name).Measure(inputs) switch
        {
            MeasureOutcome.Measured measured => Order(request, desk, model, inputs, measured),
            MeasureOutcome.Unfit unfit => (null, Problems.Of(
                StatusCodes.Status400BadRequest,
                "model-without-embeddings",
                $"The model {model.Name} makes no embeddings: {unfit.Why}.")),
            _ => (null, Problems.Of(
                StatusCodes.Status400BadRequest,
                "model-without-embeddings",
                $"The model {model.Name} makes no embeddings: its file is no model that can be read.")),
        };
    }

    private static (InferenceOrder? Order, ProblemHttpResult? Refusal) Order(
        EmbeddingRequest request,
        Desk desk,
        ModelView model,
        IReadOnlyList<EmbeddingInput> inputs,
        MeasureOutcome.Measured measured)
    {
        if (WhyTooLong(model, measured.Tokens) is { } tooLong)
        {
            return (null, tooLong);
        }

        var tokens = measured.Tokens.Sum(count => (long)count);
        var wanted = new EmbeddingOrder(inputs, (int)Math.Min(tokens, int.MaxValue), measured.Width);
        var faults = new Faults();
        Check(request, measured, wanted, tokens, faults);

        return faults.Any
            ? (null, Problems.Invalid(faults.Errors))
            : (ToOrder(request, model, wanted, desk.Options), null);
    }

    private static ProblemHttpResult? WhyTooLong(ModelView model, IReadOnlyList<int> tokens)
    {
        for (var at = 0; at < tokens.Count; at++)
        {
            if (tokens[at] > model.ContextLength)
            {
                return Problems.Of(
                    StatusCodes.Status400BadRequest,
                    "context-length-exceeded",
                    $"The model {model.Name} holds {model.ContextLength} tokens, and {EmbeddingInputs.Field}[{at}] "
                        + $"makes {tokens[at]}. Shorten it.",
                    ("errors", new[] { new FieldError($"{EmbeddingInputs.Field}[{at}]", "is too long") }));
            }
        }

        return null;
    }

    private static void Check(
        EmbeddingRequest request,
        MeasureOutcome.Measured measured,
        EmbeddingOrder wanted,
        long tokens,
        Faults faults)
    {
        if (request.Dimensions > measured.Width)
        {
            faults.Add(
                "dimensions",
                $"is {request.Dimensions}, allowed are 1 to {measured.Width}, the width of {request.Model}");
        }

        if (tokens > EmbeddingLimits.TokensMax)
        {
            faults.Add(
                EmbeddingInputs.Field, $"has {tokens} tokens in all, allowed are {EmbeddingLimits.TokensMax}");
        }

        if (wanted.VectorBytes > EmbeddingLimits.VectorBytesMax)
        {
            faults.Add(
                EmbeddingInputs.Field,
                $"has {wanted.Inputs.Count} inputs, allowed are "
                    + $"{EmbeddingLimits.VectorBytesMax / EmbeddingLimits.NumberBytes / wanted.Width} for vectors of "
                    + $"{wanted.Width} numbers");
        }

        for (var at = 0; at < wanted.Inputs.Count; at++)
        {
            if (wanted.Inputs[at].Tokens?.FirstOrDefault(token => token >= measured.Vocabulary, -1) is { } strange
                && strange >= 0)
            {
                faults.Add(
                    $"{EmbeddingInputs.Field}[{at}]",
                    $"has the token {strange}, {request.Model} knows 0 to {measured.Vocabulary - 1}");
            }
        }
    }

    private static InferenceOrder ToOrder(
        EmbeddingRequest request, ModelView model, EmbeddingOrder wanted, ApiOptions options)
    {
        var order = new CreateJobRequest(
            request.Model,
            string.Empty,
            MaxTokens: 0,
            MaxPrice: request.Marketplace?.MaxPrice,
            Region: request.Marketplace?.Region,
            DeviceClass: request.Marketplace?.DeviceClass,
            DeadlineSeconds: request.Marketplace?.DeadlineSeconds ?? InferenceLimits.DeadlineSecondsDefault,
            Providers: request.Marketplace?.Providers,
            Verification: request.Marketplace?.Verification)
            .ToOrder(model, options);

        return order with { Needs = order.Needs with { Kind = WorkKind.Embedding }, Embedding = wanted };
    }
}
