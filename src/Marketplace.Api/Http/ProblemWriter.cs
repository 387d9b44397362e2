using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;

namespace Marketplace.Api.Http;

/// <summary>
/// Turns what went wrong before or inside a handler into problem+json, without inner details of the host.
/// </summary>
internal sealed partial class ProblemWriter(ILogger<ProblemWriter> log) : IExceptionHandler
{
    private const string RetryAfterSeconds = "1";
    private const int MatchMilliseconds = 100;

    public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancel)
    {
        if (http.RequestAborted.IsCancellationRequested)
        {
            return true;
        }

        var problem = exception switch
        {
            InvalidFieldException invalid => Problems.Invalid([invalid.Error]),
            BadHttpRequestException { InnerException: JsonException json } => BadJson(json),
            BadHttpRequestException bad when Unbound(bad) is { } unbound => unbound,
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Problems.Of(
                StatusCodes.Status413PayloadTooLarge, "too-large", "The body is larger than this route takes."),
            BadHttpRequestException bad => Problems.Of(
                bad.StatusCode, bad.StatusCode == StatusCodes.Status415UnsupportedMediaType
                    ? "unsupported-media-type"
                    : Problems.InvalidRequestCode,
                Plain(bad.Message)),
            OrleansException or TimeoutException or IOException => Unavailable(http, exception),
            _ => Internal(http, exception),
        };

        await problem.Answer(http);
        return true;
    }

    /// <summary>Answers without a body (404 of no route, 405, 415) get one.</summary>
    public static Task WriteStatus(StatusCodeContext context)
    {
        var http = context.HttpContext;
        var (code, detail) = http.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => ("not-found", "There is nothing at this address."),
            StatusCodes.Status405MethodNotAllowed => ("method-not-allowed", "This address does not take this method."),
            StatusCodes.Status413PayloadTooLarge => ("too-large", "The body is larger than this route takes."),
            StatusCodes.Status415UnsupportedMediaType =>
                ("unsupported-media-type", "Send Content-Type: application/json."),
            var status => ($"status-{status}", "The request was refused."),
        };

        return Problems.Of(http.Response.StatusCode, code, detail).Answer(http);
    }

    /// <summary>What is wrong with a JSON text, by the field where that is known.</summary>
    internal static ProblemHttpResult BadJson(JsonException json)
    {
        var names = PropertyNames().Matches(json.Message).Select(match => match.Groups["name"].Value)
            .Where(name => !name.StartsWith("Marketplace.", StringComparison.Ordinal))
            .ToArray();
        var at = json.LineNumber is null
            ? string.Empty
            : $" at line {json.LineNumber + 1}, byte {json.BytePositionInLine}";
        var path = json.Path is null or "$" ? string.Empty : json.Path.TrimStart('$').TrimStart('.');

        if (json is NullElementException none)
        {
            return Problems.Invalid(none.Field(path), $"{json.Message}{at}");
        }

        if (json.Message.Contains("could not be mapped", StringComparison.Ordinal) && names.Length > 0)
        {
            return Problems.Invalid([new(names[0], $"is no field of this request{at}")]);
        }

        if (json.Message.Contains("missing required properties", StringComparison.Ordinal))
        {
            return Problems.Invalid([.. names.Select(name => new FieldError(name, "is required"))]);
        }

        return Problems.Invalid(path.Length > 0 ? path : "body", $"{Plain(Reason(json))}{at}");
    }

    /// <summary>What the framework could not read of a request: its body where there is none, or a parameter.</summary>
    private static ProblemHttpResult? Unbound(BadHttpRequestException bad) =>
        bad.Message.StartsWith("Implicit body", StringComparison.Ordinal)
        || bad.Message.EndsWith("from body.", StringComparison.Ordinal)
            ? Problems.Invalid("body", "is missing: send JSON")
            : UnreadParameters().Match(bad.Message) is { Success: true } unread
                ? Problems.Invalid(
                    JsonNamingPolicy.CamelCase.ConvertName(unread.Groups["name"].Value), "cannot be read")
                : null;

    private static string Reason(JsonException json) =>
        json.Message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal)
            ? "has the wrong type"
            : json.Message.Split(" Path:", 2)[0].TrimEnd('.');

    /// <summary>Our type names mean nothing to a client.</summary>
    private static string Plain(string message) => TypeNames().Replace(message, "the request");

    private ProblemHttpResult Unavailable(HttpContext http, Exception exception)
    {
        LogUnavailable(exception, http.Request.Path);
        http.Response.Headers.RetryAfter = RetryAfterSeconds;

        return Problems.Of(
            StatusCodes.Status503ServiceUnavailable,
            "unavailable",
            "A part of the market does not answer now. Try again; a POST with an Idempotency-Key is safe to repeat.");
    }

    private ProblemHttpResult Internal(HttpContext http, Exception exception)
    {
        LogInternal(exception, http.Request.Path);

        return Problems.Of(
            StatusCodes.Status500InternalServerError,
            "internal-error",
            "Something went wrong on our side. Quote the trace id when you report it.",
            ("traceId", Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier));
    }

    [GeneratedRegex("'(?<name>[A-Za-z0-9_$.\\[\\]-]{1,100})'", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex PropertyNames();

    [GeneratedRegex(
        "^Failed to bind parameter \"[^\"]* (?<name>[A-Za-z]{1,50})\"",
        RegexOptions.ExplicitCapture,
        MatchMilliseconds)]
    private static partial Regex UnreadParameters();

    [GeneratedRegex("'?Marketplace\\.[A-Za-z0-9_.+`]+'?", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex TypeNames();

    [LoggerMessage(1, LogLevel.Warning, "No answer from the cluster or the store for {Path}")]
    private partial void LogUnavailable(Exception exception, PathString path);

    [LoggerMessage(2, LogLevel.Error, "Fault while answering {Path}")]
    private partial void LogInternal(Exception exception, PathString path);
}
