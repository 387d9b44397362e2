using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>A refusal as OpenAI's clients read it.</summary>
/// <param name="Error">What is wrong.</param>
internal sealed record OpenAiErrorResponse(OpenAiError Error)
{
    public static OpenAiErrorResponse From(ProblemDetails problem) => new(OpenAiError.From(problem));

    /// <summary>Turns the problems that handlers answer into this shape.</summary>
    public static async ValueTask<object?> Translate(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        var inner = result is INestedHttpResult nested ? nested.Result : result;

        return inner is ProblemHttpResult problem
            ? TypedResults.Json(From(problem.ProblemDetails), statusCode: problem.StatusCode)
            : result;
    }
}
