using Marketplace.Api.Http;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Inference;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.Inference;

/// <summary>What a model's context has left after a prompt.</summary>
internal static class PromptRoom
{
    /// <summary>
    /// Tokens that there is room for, or why the prompt is refused. A model without a context holds any; one whose
    /// tokens cannot be counted now is taken to hold the prompt, and its rig will tell.
    /// </summary>
    /// <param name="prompt">What the model is to go on from.</param>
    /// <param name="field">Where it came in.</param>
    /// <param name="model">The model.</param>
    /// <param name="desk">Of the request.</param>
    public static async Task<(int Tokens, ProblemHttpResult? Refusal)> Of(
        string prompt, string field, ModelView model, Desk desk)
    {
        return Of(
            model.ContextLength == 0 ? 0 : await desk.Grains.Model(model.Name).CountPrompt(prompt) ?? 0, field, model);
    }

    /// <summary>The same of a prompt whose tokens are counted.</summary>
    public static (int Tokens, ProblemHttpResult? Refusal) Of(int counted, string field, ModelView model) =>
        model.ContextLength == 0 ? (InferenceLimits.TokensMax, null)
            : counted < model.ContextLength ? (model.ContextLength - counted, null)
            : (0, Problems.Of(
                StatusCodes.Status400BadRequest,
                "context-length-exceeded",
                $"The model {model.Name} holds {model.ContextLength} tokens, and {field} make {counted}. "
                    + "Shorten them.",
                ("errors", new[] { new FieldError(field, "is too long") })));

    /// <summary>Why more tokens are refused than there is room for; null where there is room.</summary>
    /// <param name="tokens">The limit that was asked for, and where.</param>
    /// <param name="room">What the prompt leaves.</param>
    /// <param name="promptField">Where the prompt came in.</param>
    /// <param name="model">The model.</param>
    public static ProblemHttpResult? WhyTooMany(
        (string Field, int? Wanted) tokens, int room, string promptField, ModelView model) =>
        tokens.Wanted is not { } wanted || wanted <= room
            ? null
            : Problems.Of(
                StatusCodes.Status400BadRequest,
                "context-length-exceeded",
                $"The model {model.Name} holds {model.ContextLength} tokens, {promptField} leave room for {room}, and "
                    + $"{tokens.Field} asks for {wanted}. Ask for fewer, or leave it out for what there is room for.",
                ("errors", new[] { new FieldError(tokens.Field, $"is {wanted}, allowed are 1 to {room}") }));
}
