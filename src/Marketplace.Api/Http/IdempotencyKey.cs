using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Api.Http;

/// <summary>
/// The <c>Idempotency-Key</c> header. The id of what a request creates follows from account, route and key, so that a
/// repeat names the same thing and its grain answers as before. Without a key the id is new.
/// </summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>Set on the answer to a repeat.</summary>
    public const string ReplayedHeader = "Idempotent-Replayed";

    private const int LengthMax = 255;

    public static Guid Name(AccountId account, string route, string? key, TimeProvider clock)
    {
        if (key is null)
        {
            return Guid.CreateVersion7(clock.GetUtcNow());
        }

        var isPlain = key.Length is > 0 and <= LengthMax && !key.AsSpan().ContainsAnyExceptInRange('!', '~');

        return isPlain
            ? PrefixedId.Derive("idempotency", account.Value, route, key)
            : throw new InvalidFieldException(
                Header, $"must be 1 to {LengthMax} visible ASCII characters without blanks, such as a UUID");
    }

    public static void Mark(HttpResponse response, bool replayed)
    {
        if (replayed)
        {
            response.Headers[ReplayedHeader] = "true";
        }
    }
}
