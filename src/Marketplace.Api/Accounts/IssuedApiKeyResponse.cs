using System.Diagnostics;
using Marketplace.Api.Http;
using Marketplace.Domain.Accounts;
using Marketplace.Grains.Abstractions.Accounts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.Accounts;

/// <summary>A new key with its secret.</summary>
/// <param name="Key">The key.</param>
/// <param name="Secret" example="mk_live_0123456789abcdefghjkmnpqrstvwxyz0123456789abcdefghjkabcdef">
/// What goes into the Authorization header. It is shown this once; only its hash is kept. Null in the answer to a
/// repeat with the same Idempotency-Key: if the first answer was lost, revoke the key and issue another.
/// </param>
internal sealed record IssuedApiKeyResponse(ApiKeyResponse Key, string? Secret)
{
    public static IssuedApiKeyResponse From(IssueKeyOutcome.Issued issued, ApiKeySecret secret) =>
        new(ApiKeyResponse.From(issued.Key), issued.Replayed ? null : secret.Text);

    public static ProblemHttpResult Refusal(IssueKeyOutcome outcome) => outcome switch
    {
        IssueKeyOutcome.OtherMode => Problems.Of(
            StatusCodes.Status422UnprocessableEntity,
            "key-mode",
            "A test account has mk_test_ keys and a live one mk_live_ keys; leave out 'live' to get the right one."),
        IssueKeyOutcome.TooMany many => Problems.Of(
            StatusCodes.Status409Conflict,
            "key-limit",
            $"The account has {many.LiveMax} live keys, as many as it may have. Revoke one first.",
            ("liveKeysMax", many.LiveMax)),
        IssueKeyOutcome.IdTaken => Problems.KeyReused(),
        _ => throw new UnreachableException(outcome.ToString()),
    };
}
