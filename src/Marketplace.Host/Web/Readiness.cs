using Marketplace.Grains.Abstractions.Ledger;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Host.Web;

/// <summary>
/// Ready is a host whose silo answers and whose books can be read, and that has not been told to stop.
/// </summary>
internal sealed class Readiness(IGrainFactory grains, IHostApplicationLifetime lifetime) : IHealthCheck
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested
            || !lifetime.ApplicationStarted.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy("starting or stopping");
        }

        try
        {
            await grains.GetGrain<IStatementGrain>(0)
                .Audit(before: null, limit: 1, cancellationToken)
                .WaitAsync(AnswerWithin, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy(fault.Message);
        }
    }
}
