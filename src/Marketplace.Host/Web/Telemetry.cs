using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Marketplace.Host.Web;

/// <summary>
/// Metrics for Prometheus at <c>/metrics</c>; metrics and traces by OTLP where an endpoint is configured.
/// </summary>
internal static class Telemetry
{
    private const string ServiceName = "marketplace-host";
    private const string OwnMeters = "Marketplace.*";

    public static void AddTelemetry(this IServiceCollection services, WebOptions web)
    {
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(ServiceName));
        var otlp = web.OtlpEndpoint is { } address ? new Uri(address) : null;

        telemetry.WithMetrics(metrics =>
        {
            metrics.AddAspNetCoreInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter("Microsoft.Orleans", OwnMeters)

                // Counted at every read and write of a socket, and of no use to who runs this.
                .AddView("aspnetcore.memory_pool.*", MetricStreamConfiguration.Drop)
                .AddPrometheusExporter();

            if (otlp is not null)
            {
                metrics.AddOtlpExporter(exporter => exporter.Endpoint = otlp);
            }
        });

        if (otlp is not null)
        {
            telemetry.WithTracing(traces => traces
                .AddAspNetCoreInstrumentation()
                .AddSource("Microsoft.Orleans.*", OwnMeters)
                .AddOtlpExporter(exporter => exporter.Endpoint = otlp));
        }
    }
}
