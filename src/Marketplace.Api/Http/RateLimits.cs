using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Http;

/// <summary>A token bucket per API key, per device and per address of those who are not signed in.</summary>
internal static class RateLimits
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    public static void Configure(RateLimiterOptions limiter)
    {
        limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(Bucket);
        limiter.OnRejected = async (context, _) =>
        {
            var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after)
                ? after
                : TimeSpan.FromSeconds(1);
            var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            context.HttpContext.Response.Headers.RetryAfter = seconds;
            await Problems.Of(
                StatusCodes.Status429TooManyRequests, "rate-limited", $"Too many requests: wait {seconds} s.")
                .Answer(context.HttpContext);
        };
    }

    private static RateLimitPartition<string> Bucket(HttpContext http)
    {
        var isApi = http.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal);
        var isAgent = http.Request.Path.StartsWithSegments("/agent", StringComparison.Ordinal);

        if (!isApi && !isAgent)
        {
            return RateLimitPartition.GetNoLimiter("none");
        }

        var options = http.RequestServices.GetRequiredService<IOptions<ApiOptions>>().Value;
        var who = http.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? $"address {http.Connection.RemoteIpAddress}";

        return isApi
            ? Limit(who, options.RequestBurst, options.RequestsPerSecond)
            : Limit($"agent {who}", options.AgentRequestBurst, options.AgentRequestsPerSecond);
    }

    private static RateLimitPartition<string> Limit(string who, int burst, int perSecond) =>
        RateLimitPartition.GetTokenBucketLimiter(who, _ => new()
        {
            TokenLimit = burst,
            TokensPerPeriod = Math.Max(1, perSecond / 10),
            ReplenishmentPeriod = perSecond >= 10 ? Period : Period * 10 / perSecond,
            QueueLimit = 0,
            AutoReplenishment = true,
        });
}
