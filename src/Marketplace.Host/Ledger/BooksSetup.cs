using Marketplace.Ledger;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Payouts;
using Marketplace.Ledger.Verify;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Marketplace.Host.Ledger;

/// <summary>The books and what is kept beside them, over the database that storage has opened.</summary>
internal static class BooksSetup
{
    public static void AddBooks(this IServiceCollection services)
    {
        services.TryAddSingleton<IBook, Book>();
        services.TryAddSingleton<IRegister, Register>();
        services.TryAddSingleton<IAuditLog, AuditLog>();
        services.TryAddSingleton<ReceiptRows>();
        services.TryAddSingleton<PayoutChunks>();
        services.TryAddSingleton<DepositRows>();
        services.TryAddSingleton<BooksAudit>();
    }
}
