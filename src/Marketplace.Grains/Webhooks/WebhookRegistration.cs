using System.Net;
using Marketplace.Ledger.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Marketplace.Grains.Webhooks;

/// <summary>Adds what webhooks need.</summary>
internal static class WebhookRegistration
{
    public static void AddWebhooks(this IServiceCollection services)
    {
        services.TryAddSingleton<WebhookRows>();
        services.TryAddSingleton<DeliveryRows>();
        services.TryAddSingleton<WebhookSecrets>();
        services.TryAddSingleton<WebhookInstruments>();
        services.TryAddSingleton<EventOutbox>();
        services.TryAddSingleton(provider => new NameLookups(
            host => Dns.GetHostAddressesAsync(host, CancellationToken.None),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IWebhookChannel, WebhookChannel>();
        services.TryAddSingleton<WebhookSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<WebhookSweep>());
    }
}
