using Marketplace.Grains.Abstractions.Verification;
using Marketplace.Grains.Inference;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger.Verification;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Verification;

/// <summary>Registers what signs receipts, gathers them in epochs and proves them.</summary>
internal static class ReceiptRegistration
{
    public static void AddReceipts(this IServiceCollection services)
    {
        services.TryAddSingleton<EpochRows>();
        services.TryAddSingleton<AnchorRows>();
        services.TryAddSingleton<ReceiptKeyRows>();
        services.TryAddSingleton<ReceiptProofs>();
        services.TryAddSingleton<FindingStore>();
        services.TryAddSingleton<ModelEntryRows>();
        services.TryAddSingleton<ModelManifests>();
        services.TryAddSingleton(provider => new AuditSecrets(
            provider.GetRequiredService<ReceiptSigner>(),
            provider.GetRequiredService<TimeProvider>(),
            Former(provider.GetRequiredService<IOptions<ReceiptOptions>>().Value)));
        services.TryAddSingleton<IAuditDraws>(provider => provider.GetRequiredService<AuditSecrets>());
        services.TryAddSingleton<NetworkFees>();
        services.TryAddSingleton<EpochAnchor>();
        services.TryAddSingleton<EpochSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<EpochSweep>());
        services.TryAddSingleton(provider => Open(provider.GetRequiredService<IOptions<ReceiptOptions>>().Value));
    }

    private static ReceiptSigner Open(ReceiptOptions options) => Checked(() => new ReceiptSigner(
        ReceiptKeyFile.Open(options.KeyFile ?? throw new FormatException("Receipts:KeyFile is missing."))));

    private static Dictionary<string, byte[]> Former(ReceiptOptions options) => Checked(() =>
    {
        var roots = new Dictionary<string, byte[]>(StringComparer.Ordinal);

        foreach (var file in options.FormerKeyFiles)
        {
            using var key = new ReceiptSigner(ReceiptKeyFile.OpenThere(file, "Receipts:FormerKeyFiles"));
            roots[key.KeyId] = AuditSecrets.RootOf(key);
        }

        return roots;
    });

    private static T Checked<T>(Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception fault) when (fault is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new OptionsValidationException(ReceiptOptions.Section, typeof(ReceiptOptions), [fault.Message]);
        }
    }
}
