using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace Marketplace.Host.Web;

/// <summary><c>/healthz</c>: the process lives. <c>/readyz</c>: it takes requests.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/readyz");
    }
}
