using Marketplace.Grains.Payments;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Payouts;
using Marketplace.Ledger.Verification;
using Marketplace.Ledger.Verify;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Ledger;

/// <summary>
/// Registers what an audit of the books asks of chain and card processor, and nothing else: no grain, no sweep, nothing
/// that writes. For a process beside the hosts, with their configuration.
/// </summary>
public static class BooksEvidenceRegistration
{
    /// <summary>Needs a <c>LedgerDatabase</c> and the configuration from elsewhere.</summary>
    public static IServiceCollection AddBooksEvidence(this IServiceCollection services)
    {
        services.AddOptions<SolanaOptions>().BindConfiguration(SolanaOptions.Section);
        services.AddOptions<PayoutOptions>().BindConfiguration(PayoutOptions.Section);
        services.AddOptions<PaymentOptions>().BindConfiguration(PaymentOptions.Section);
        services.AddSingleton<IValidateOptions<SolanaOptions>, SolanaOptionsValidator>();
        services.AddSingleton<IValidateOptions<PayoutOptions>, PayoutOptionsValidator>();
        services.AddSingleton<IValidateOptions<PaymentOptions>, PaymentOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IBook, Book>();
        services.TryAddSingleton<IRegister, Register>();
        services.TryAddSingleton<DepositRows>();
        services.TryAddSingleton<DepositAddressRows>();
        services.TryAddSingleton<AnchorRows>();
        services.TryAddSingleton<LookupRows>();
        services.TryAddSingleton<TreasuryTables>();
        services.TryAddSingleton<CardSource>();
        services.TryAddSingleton(provider => new SolanaRailSource(
            provider.GetRequiredService<IOptions<SolanaOptions>>(),
            provider.GetRequiredService<IOptions<PayoutOptions>>(),
            provider.GetRequiredService<TreasuryTables>()));
        services.TryAddSingleton<IChainEvidence, ChainWitness>();
        services.TryAddSingleton<IStripeEvidence>(provider => new StripeBalance(
            provider.GetRequiredService<IBook>(),
            provider.GetRequiredService<IRegister>(),
            provider.GetRequiredService<CardSource>(),
            provider.GetRequiredService<TimeProvider>(),
            postsOwn: false));
        return services;
    }
}
