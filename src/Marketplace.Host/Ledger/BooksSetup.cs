using Marketplace.Domain;
using Marketplace.Host.Storage;
using Marketplace.Ledger;
using Marketplace.Ledger.Outbox;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Payouts;
using Marketplace.Ledger.Seals;
using Marketplace.Ledger.Verify;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Ledger;

/// <summary>The books and what is kept beside them, over the database that storage has opened.</summary>
internal static class BooksSetup
{
    public static void AddBooks(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton<IBook, Book>();
        services.TryAddSingleton<IRegister, Register>();
        services.TryAddSingleton<IAuditLog, AuditLog>();
        services.TryAddSingleton<ReceiptRows>();
        services.TryAddSingleton<PayoutChunks>();
        services.TryAddSingleton<DepositRows>();
        services.TryAddSingleton<OutboxRows>();
        services.TryAddSingleton<InboxRows>();
        services.TryAddSingleton<BooksAudit>();
        services.TryAddSingleton<ICheckpoint, NoCheckpoint>();
        services.TryAddSingleton<Sealer>();
        services.TryAddSingleton(provider => new SealFolder(
            provider.GetRequiredService<IOptions<BooksOptions>>().Value.SealPath(
                provider.GetRequiredService<StorageOptions>().DataDirectory)));
        services.AddOptions<BooksOptions>()
            .Bind(configuration.GetSection(BooksOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<ILeaseEvidence, StoredLeases>();
        services.AddSingleton<BooksInstruments>();
        services.AddSingleton<BooksWatch>();
        services.AddHostedService<BooksLoop>();
        services.AddHostedService<SealLoop>();
    }
}
