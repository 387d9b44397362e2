using Marketplace.Api.Http;
using Marketplace.Api.Renders;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.Inference;

/// <summary>
/// How a request says which model: by its name in the catalogue, or by its id as <c>mdl:</c> and 64 lower-case hex
/// digits. No name holds a colon.
/// </summary>
internal static class ModelReference
{
    public const string Wanted = "is no name of a model, and no mdl: with a model id: see GET /v1/models";

    private const string IdPrefix = "mdl:";

    public static bool IsOne(string text) => RegisterModelRequest.IsName(text) || IdOf(text) is not null;

    /// <summary>What a client of OpenAI's is told of a model that is not there.</summary>
    public static ProblemHttpResult Unknown(string text) => Problems.Of(
        StatusCodes.Status404NotFound, "model-unknown", $"The model {text} does not exist: see GET /v1/models.");

    /// <summary>The id that is meant; null where it is no id.</summary>
    public static string? IdOf(string text) =>
        text.StartsWith(IdPrefix, StringComparison.Ordinal) && AssetHash.IsOne(text[IdPrefix.Length..])
            ? text[IdPrefix.Length..]
            : null;
}
