using Marketplace.Ledger.Compliance;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Marketplace.Grains.Compliance;

/// <summary>Registers screening, risk, reviews and the travel rule.</summary>
internal static class ComplianceRegistration
{
    public static IServiceCollection AddCompliance(this IServiceCollection services)
    {
        services.TryAddSingleton<ScreeningRows>();
        services.TryAddSingleton<ReviewRows>();
        services.TryAddSingleton<TravelRows>();
        services.TryAddSingleton<SanctionsSource>();
        services.TryAddSingleton<ScreeningDesk>();
        services.TryAddSingleton<ProofFailures>();
        services.TryAddSingleton<RiskGatherer>();
        services.TryAddSingleton<PayoutScreening>();
        services.TryAddSingleton<RefundScreening>();
        services.AddHostedService<ComplianceSweep>();
        return services;
    }
}
