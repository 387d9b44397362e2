using Marketplace.Api.Inference.OpenAi;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.Http;

/// <summary>Every refusal as RFC 9457 problem+json, told apart by a <c>code</c> that never changes.</summary>
internal static class Problems
{
    public const string InvalidRequestCode = "invalid-request";

    public static ProblemHttpResult Of(
        int status, string code, string detail, params ReadOnlySpan<(string Name, object? Value)> facts)
    {
        var extensions = new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = code };

        foreach (var (name, value) in facts)
        {
            extensions[name] = value;
        }

        return TypedResults.Problem(
            detail: detail, statusCode: status, title: Title(code), type: TypeOf(code), extensions: extensions);
    }

    /// <summary>Writes the refusal in the words of the address: problem+json, or OpenAI's errors there.</summary>
    public static Task Answer(this ProblemHttpResult problem, HttpContext http)
    {
        if (OpenAiError.IsFor(http))
        {
            return TypedResults.Json(OpenAiErrorResponse.From(problem.ProblemDetails), statusCode: problem.StatusCode)
                .ExecuteAsync(http);
        }

        if (OpenAiError.IsBeside(http))
        {
            problem.ProblemDetails.Extensions["error"] = OpenAiError.From(problem.ProblemDetails);
        }

        return problem.ExecuteAsync(http);
    }

    /// <summary>A stable name of the problem's kind, as RFC 9457 wants it.</summary>
    public static string TypeOf(string code) => $"urn:marketplace:problem:{code}";

    /// <summary>The code in words.</summary>
    public static string Title(string code) =>
        string.Concat(char.ToUpperInvariant(code[0]), code[1..].Replace('-', ' '));

    public static ProblemHttpResult Invalid(IReadOnlyList<FieldError> errors) => Of(
        StatusCodes.Status400BadRequest,
        InvalidRequestCode,
        string.Join("; ", errors.Select(error => $"{error.Field}: {error.Detail}")),
        ("errors", errors));

    public static ProblemHttpResult Invalid(string field, string detail) => Invalid([new(field, detail)]);

    public static ProblemHttpResult NotFound(string what) =>
        Of(StatusCodes.Status404NotFound, "not-found", $"There is no such {what}.");

    public static ProblemHttpResult KeyReused() => Of(
        StatusCodes.Status422UnprocessableEntity,
        "idempotency-key-reused",
        "This Idempotency-Key was sent before with another request body. Use a new key for a new request.");

    public static ProblemHttpResult KeyInFlight(string address)
    {
        var problem = Of(
            StatusCodes.Status409Conflict,
            "idempotency-key-in-flight",
            "A request with this Idempotency-Key is under way. Send it again in a moment to get its answer.");
        problem.ProblemDetails.Instance = address;
        return problem;
    }

    public static ProblemHttpResult BalanceExhausted(Usdc needed, Usdc available) => Of(
        StatusCodes.Status402PaymentRequired,
        "balance-exhausted",
        $"The order sets aside {needed} USDC, {available} USDC is available. Deposit at least {needed - available} "
            + "USDC.",
        ("needed", needed),
        ("available", available));

    public static ProblemHttpResult Unsatisfiable(IReadOnlyList<WhyNot> why) => Of(
        StatusCodes.Status422UnprocessableEntity,
        "unsatisfiable",
        why.Count == 0
            ? "No device is offered now."
            : "No device can take this order: "
                + $"{string.Join("; ", why.Select(rule => $"{rule.Rule}: {rule.Example}"))}.",
        ("whyNot", why));

    public static ProblemHttpResult AssetUnknown(string path, string sha256) => Of(
        StatusCodes.Status422UnprocessableEntity,
        "asset-unknown",
        $"No file with hash {sha256} was uploaded for {path}. Send it by PUT /v1/assets/{sha256} first.",
        ("path", path),
        ("sha256", sha256));

    public static ProblemHttpResult TooLarge(long bytesMax) => Of(
        StatusCodes.Status413PayloadTooLarge,
        "too-large",
        $"At most {bytesMax} bytes are taken.",
        ("bytesMax", bytesMax));

    public static ProblemHttpResult StorageFull(long? bytes, long bytesUsed, long bytesMax) => Of(
        StatusCodes.Status413PayloadTooLarge,
        "storage-quota-exceeded",
        $"The account stores {bytesUsed} of the {bytesMax} bytes that it may store"
            + (bytes is null ? "." : $"; the file has {bytes}."),
        ("bytes", bytes),
        ("bytesUsed", bytesUsed),
        ("bytesMax", bytesMax));

    public static ProblemHttpResult OtherHash(string expected, string actual) => Of(
        StatusCodes.Status422UnprocessableEntity,
        "hash-mismatch",
        $"The bytes sent hash to {actual}, the address says {expected}. Nothing was stored.",
        ("expected", expected),
        ("actual", actual));

    public static ProblemHttpResult TestAccount(string what) => Of(
        StatusCodes.Status403Forbidden,
        "test-account",
        $"A test account {what}: no real money comes in or goes out by it.");

    public static ProblemHttpResult NotAProvider() => Of(
        StatusCodes.Status404NotFound,
        "not-a-provider",
        "This account is no provider yet: POST /v1/provider makes it one.");

    public static ProblemHttpResult ProviderSuspended() => Of(
        StatusCodes.Status409Conflict, "provider-suspended", "The provider is suspended.");

    public static ProblemHttpResult RefundsFrozen(string why) => Of(
        StatusCodes.Status503ServiceUnavailable, "refunds-frozen", $"Money does not go out now: {why}");

    public static ProblemHttpResult PayoutsFrozen(string why) => Of(
        StatusCodes.Status503ServiceUnavailable, "payouts-frozen", $"Payouts are stopped: {why}");
}
