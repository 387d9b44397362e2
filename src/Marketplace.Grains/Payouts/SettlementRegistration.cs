using Marketplace.Domain;
using Marketplace.Grains.Payments;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Payouts;
using Marketplace.Ledger.Verification;
using Marketplace.Ledger.Verify;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payouts;

/// <summary>Registers deposits and payouts with their options, checked at start.</summary>
internal static class SettlementRegistration
{
    /// <summary>Needs a <c>LedgerDatabase</c>, the books, the register and the audit log from elsewhere.</summary>
    public static IServiceCollection AddSettlement(this IServiceCollection services)
    {
        services.AddOptions<SolanaOptions>().BindConfiguration(SolanaOptions.Section).ValidateOnStart();
        services.AddOptions<PayoutOptions>().BindConfiguration(PayoutOptions.Section).ValidateOnStart();
        services.AddOptions<DepositOptions>().BindConfiguration(DepositOptions.Section).ValidateOnStart();
        services.AddOptions<AdvanceOptions>().BindConfiguration(AdvanceOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AdvanceOptions>, AdvanceOptionsValidator>();
        services.AddSingleton<IValidateOptions<SolanaOptions>, SolanaOptionsValidator>();
        services.AddSingleton<IValidateOptions<PayoutOptions>, PayoutOptionsValidator>();
        services.AddSingleton<IValidateOptions<DepositOptions>, DepositOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ICheckpoint, NoCheckpoint>();
        services.TryAddSingleton<PayoutChunks>();
        services.TryAddSingleton<DepositRows>();
        services.TryAddSingleton<UsdcRefundRows>();
        services.TryAddSingleton<DepositAddressRows>();
        services.TryAddSingleton<LookupRows>();
        services.TryAddSingleton<TreasuryTables>();
        services.TryAddSingleton(provider => new DepositKeySource(
            DepositKeys.Load(provider.GetRequiredService<IOptions<DepositOptions>>().Value)));
        services.TryAddSingleton(provider => new SolanaRailSource(
            provider.GetRequiredService<IOptions<SolanaOptions>>(),
            provider.GetRequiredService<IOptions<PayoutOptions>>(),
            provider.GetRequiredService<TreasuryTables>()));
        services.TryAddSingleton<AnchorRows>();
        services.TryAddSingleton<IChainEvidence, ChainWitness>();
        services.AddHostedService<PayoutSweep>();
        services.AddHostedService<TableSweep>();
        services.AddHostedService<DepositSweep>();
        services.AddHostedService<ChainHints>();
        return services;
    }
}
