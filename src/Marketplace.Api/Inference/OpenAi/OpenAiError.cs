using System.Globalization;
using Marketplace.Api.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>A refusal in OpenAI's words.</summary>
/// <param name="Message" example="temperature: is 3, allowed are 0 to 2">What is wrong, for people.</param>
/// <param name="Type" example="invalid_request_error">The kind of error.</param>
/// <param name="Param" example="temperature">The field at fault, or null.</param>
/// <param name="Code" example="invalid_request">What programs tell errors apart by, or null.</param>
internal sealed record OpenAiError(string Message, string Type, string? Param, string? Code)
{
    /// <summary>There is no model of the name that was asked for.</summary>
    public static readonly OpenAiError NoModel =
        new("There is no such model.", "invalid_request_error", "model", "model_not_found");

    private const string Root = "/v1";
    private const string Shared = "/models";
    private static readonly string[] Paths = ["/chat", "/completions", "/embeddings", "/files", "/batches"];

    /// <summary>Whether the address is one of those that answer as OpenAI does.</summary>
    public static bool IsFor(HttpContext http) => IsUnder(http, Paths);

    /// <summary>
    /// Whether OpenAI's clients and ours both ask there: a problem brings an error of OpenAI's along.
    /// </summary>
    public static bool IsBeside(HttpContext http) => IsUnder(http, Shared);

    public static OpenAiError From(ProblemDetails problem)
    {
        var code = problem.Extensions.TryGetValue("code", out var word) ? word as string : null;
        var fields = problem.Extensions.TryGetValue("errors", out var list) ? list as IReadOnlyList<FieldError> : null;

        return new(
            problem.Detail ?? problem.Title ?? "The request was refused.",
            TypeOf(problem.Status ?? StatusCodes.Status500InternalServerError),
            fields is [var first, ..] ? first.Field : null,
            code switch
            {
                null => null,
                "unauthorized" => "invalid_api_key",
                "model-unknown" => "model_not_found",
                "rate-limited" => "rate_limit_exceeded",
                "balance-exhausted" => "insufficient_quota",
                _ => code.Replace('-', '_'),
            });
    }

    private static bool IsUnder(HttpContext http, params ReadOnlySpan<string> paths)
    {
        if (!http.Request.Path.StartsWithSegments(Root, StringComparison.Ordinal, out var rest))
        {
            return false;
        }

        foreach (var path in paths)
        {
            if (rest.StartsWithSegments(path, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static string TypeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "authentication_error",
        StatusCodes.Status402PaymentRequired => "insufficient_quota",
        StatusCodes.Status403Forbidden => "permission_error",
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        >= 500 => "server_error",
        >= 400 => "invalid_request_error",
        _ => throw new ArgumentOutOfRangeException(
            nameof(status), status.ToString(CultureInfo.InvariantCulture), "is no refusal"),
    };
}
