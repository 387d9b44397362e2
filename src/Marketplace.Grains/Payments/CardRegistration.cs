using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Verify;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payments;

/// <summary>Registers payments by card with their options, checked at start.</summary>
internal static class CardRegistration
{
    /// <summary>Needs a <c>LedgerDatabase</c>, the books, the register and the audit log from elsewhere.</summary>
    public static IServiceCollection AddCards(this IServiceCollection services)
    {
        services.AddOptions<PaymentOptions>().BindConfiguration(PaymentOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PaymentOptions>, PaymentOptionsValidator>();
        services.TryAddSingleton<TopUpRows>();
        services.TryAddSingleton<ProcessorEvents>();
        services.TryAddSingleton<Marketplace.Ledger.ReceiptRows>();
        services.TryAddSingleton<AccessRows>();
        services.TryAddSingleton<CardSource>();
        services.TryAddSingleton<CardPayments>();
        services.TryAddSingleton<PaymentInbox>();
        services.TryAddSingleton<StripeBalance>();
        services.TryAddSingleton<IStripeEvidence>(provider => provider.GetRequiredService<StripeBalance>());
        services.AddHostedService<CardSweep>();
        return services;
    }
}
