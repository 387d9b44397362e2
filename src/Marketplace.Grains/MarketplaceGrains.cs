using Marketplace.Domain;
using Marketplace.Grains.Batches;
using Marketplace.Grains.Compliance;
using Marketplace.Grains.Devices;
using Marketplace.Grains.Invoices;
using Marketplace.Grains.Ledger;
using Marketplace.Grains.Market;
using Marketplace.Grains.Payments;
using Marketplace.Grains.Payouts;
using Marketplace.Grains.Renders;
using Marketplace.Grains.Verification;
using Marketplace.Grains.Webhooks;
using Marketplace.Ledger;
using Marketplace.Ledger.Invoices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Marketplace.Grains;

/// <summary>
/// Adds what the grains need. The host brings the rest: <c>IBook</c>, <c>IRegister</c>, <c>IAuditLog</c>,
/// <c>ReceiptRows</c> and <c>LedgerDatabase</c> of the ledger, <c>IBlobStore</c>, the seams <c>ISceneReader</c>,
/// <c>IModelReader</c>, <c>IPromptCounter</c>, <c>ILogitAuditor</c>, <c>ILeafAuditor</c>, <c>IFrameAssembler</c>
/// and <c>IBatchLines</c>, and the default grain storage with the System.Text.Json serializer.
/// </summary>
public static class MarketplaceGrains
{
    /// <summary>Name of the meter of the market's instruments.</summary>
    public const string MeterName = MarketInstruments.MeterName;

    public static IServiceCollection AddMarketplaceGrains(this IServiceCollection services)
    {
        AddOptions<MarketOptions>(services, MarketOptions.Section, options => options.Fault());
        AddOptions<PlacementOptions>(services, PlacementOptions.Section, options => options.Fault());
        AddOptions<LedgerOptions>(services, LedgerOptions.Section, options => options.Fault());
        AddOptions<ReceiptOptions>(services, ReceiptOptions.Section, options => options.Fault());
        AddOptions<VerificationOptions>(services, VerificationOptions.Section, options => options.Fault());
        AddOptions<ComplianceOptions>(services, ComplianceOptions.Section, options => options.Fault());
        AddOptions<UsdcRefundOptions>(services, UsdcRefundOptions.Section, options => options.Fault());
        AddOptions<DeviceOptions>(services, DeviceOptions.Section, options => options.Fault());
        AddOptions<RenderOptions>(services, RenderOptions.Section, options => options.Fault());
        AddOptions<BatchOptions>(services, BatchOptions.Section, options => options.Fault());
        AddOptions<WebhookOptions>(services, WebhookOptions.Section, options => options.Fault());
        AddOptions<QuoteOptions>(services, QuoteOptions.Section, options => options.Fault());

        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ICheckpoint, NoCheckpoint>();
        services.TryAddSingleton<WorkBooks>();
        services.TryAddSingleton<AdminActs>();
        services.TryAddSingleton<AssetRows>();
        services.TryAddSingleton<InvoiceRows>();
        services.AddHostedService<InvoiceSweep>();
        services.AddHostedService<BatchSweep>();
        services.TryAddSingleton<DeviceDirectory>();
        services.TryAddSingleton<MarketInstruments>();
        services.TryAddSingleton<PlacementSweep>();
        services.TryAddSingleton<HoldbackSweep>();

        services.AddReceipts();
        services.AddCompliance();
        services.AddSettlement();
        services.AddCards();
        services.AddWebhooks();

        return services;
    }

    private static void AddOptions<TOptions>(
        IServiceCollection services, string section, Func<TOptions, string?> fault)
        where TOptions : class => services
            .AddOptions<TOptions>()
            .BindConfiguration(section)
            .PostConfigure(options =>
            {
                // At the first use, which the host makes at its start: a wrong value names its key and what is allowed.
                if (fault(options) is { } why)
                {
                    throw new Microsoft.Extensions.Options.OptionsValidationException(section, typeof(TOptions), [why]);
                }
            })
            .ValidateOnStart();
}
