using Marketplace.Api;
using Marketplace.Api.Http;
using Marketplace.Api.Inference;
using Marketplace.Api.Renders;
using Marketplace.Grains;
using Marketplace.Grains.Inference;
using Marketplace.Grains.Payouts;
using Marketplace.Grains.Renders;
using Marketplace.Grains.Verification;
using Marketplace.Host.Accounts;
using Marketplace.Host.Crashes;
using Marketplace.Host.Inference;
using Marketplace.Host.Ledger;
using Marketplace.Host.Market;
using Marketplace.Host.Renders;
using Marketplace.Host.Storage;
using Marketplace.Host.Web;
using Microsoft.Extensions.Options;

namespace Marketplace.Host;

/// <summary>
/// Puts the one deployable together: web surface, silo, storage, and the loops that look after things.
/// </summary>
public static class MarketplaceHost
{
    private const string ReceiptKeyName = "receipt-key.json";

    /// <summary>Adds everything; wrong configuration is refused when the host starts.</summary>
    public static WebApplicationBuilder AddMarketplaceHost(this WebApplicationBuilder builder)
    {
        builder.Configuration.AddDefaults();
        var services = builder.Services;
        var section = builder.Configuration.GetSection(WebOptions.Section);
        services.AddOptions<WebOptions>()
            .Bind(section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        var web = ReadChecked(section);

        if (web.Url is { } url)
        {
            builder.WebHost.UseUrls(url);
        }

        FirstAdmin.Configured(builder.Configuration);
        builder.AddCheckpoint();
        builder.AddMarketplaceSilo();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = web.ShutdownTimeout);
        services.AddBooks(builder.Configuration);
        services.AddReaders();
        services.AddMarketplaceGrains();
        services.AddMarketplaceApi(builder.Configuration);
        services.AddOptions<ApiOptions>()
            .Configure<IOptions<PayoutOptions>>((api, payouts) => api.PayoutLanes = payouts.Value.Lanes);
        services.AddOptions<ReceiptOptions>().Configure<StorageOptions>((receipts, storage) =>
            receipts.KeyFile ??= Path.Combine(storage.DataDirectory, ReceiptKeyName));
        services.AddTelemetry(web);
        services.AddHealthChecks().AddCheck<Readiness>("ready");
        services.AddSingleton<Readiness>();
        services.AddSingleton<AccessLog>();
        services.AddSingleton<IAccessLog>(provider => provider.GetRequiredService<AccessLog>());
        services.AddHostedService(provider => provider.GetRequiredService<AccessLog>());
        services.AddHostedService<FirstAdmin>();
        services.AddHostedService<MarketLoop>();
        services.AddHostedService<HoldbackLoop>();
        services.AddHostedService<ReadyNotice>();
        return builder;
    }

    /// <summary>Maps the surface, the health checks and the metrics.</summary>
    public static WebApplication MapMarketplaceHost(this WebApplication app)
    {
        // Read at the start, so that a wrong file stops it.
        app.Services.GetRequiredService<Calibrations>();
        app.MapMarketplaceApi();
        app.MapHealth();
        app.MapPrometheusScrapingEndpoint("/metrics");
        return app;
    }

    private static void AddReaders(this IServiceCollection services)
    {
        services.AddSingleton<IModelReader, UploadedModelReader>();
        services.AddSingleton<PromptCounter>();
        services.AddSingleton<IPromptCounter>(provider => provider.GetRequiredService<PromptCounter>());
        services.AddSingleton<IChatReader>(provider => provider.GetRequiredService<PromptCounter>());
        services.AddSingleton<Calibrations>();
        services.AddSingleton<ILogitAuditor, LogitAuditor>();
        services.AddSingleton<ISchemaReader, SchemaReader>();
        services.AddSingleton<ISceneReader, UploadedSceneReader>();
        services.AddSingleton<ILeafAuditor, LeafAuditor>();
        services.AddSingleton<IFramePreview, FramePreview>();
        services.AddSingleton<INoiseMeter, NoiseMeter>();
        services.AddSingleton<FirstHitPass>();
        services.AddSingleton<FrameOutputs>();
        services.AddSingleton<IRenderProbe, RenderProber>();
        services.AddSingleton<IFrameStills, FrameStills>();
        services.AddSingleton<FramePicture>();
        services.AddSingleton<FrameAssembler>();
        services.AddSingleton<IFrameAssembler>(provider => provider.GetRequiredService<FrameAssembler>());
        services.AddHostedService(provider => provider.GetRequiredService<FrameAssembler>());
    }

    private static WebOptions ReadChecked(IConfigurationSection section)
    {
        WebOptions web;

        try
        {
            web = section.Get<WebOptions>() ?? new();
        }
        catch (InvalidOperationException wrong)
        {
            throw new StartException($"Configuration: {wrong.Message} {wrong.InnerException?.Message}");
        }

        var why = WebOptions.WhyBadUrl(web.Url, "Host:Url") ?? WebOptions.WhyBadUrl(
            web.OtlpEndpoint, "Host:OtlpEndpoint");
        return why is null ? web : throw new StartException(why);
    }
}
