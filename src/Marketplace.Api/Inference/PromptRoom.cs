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
        if (model.ContextLength == 0)
        {
            return (InferenceLimits.TokensMax, null);
        }

        var counted = await desk.Grains.Model(model.Name).CountPrompt(prompt) ?? 0;

        return counted < model.ContextLength
            ? (model.ContextLength - counted, null)
            : (0, Problems.Of(
                StatusCodes.Status400BadRequest,
                "context-length-exceeded",
                $"The model {model.Name} holds {model.ContextLength} tokens, and {field} make {counted}. "
                    + "Shorten them."));
    }
}
