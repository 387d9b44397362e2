using Marketplace.Domain.Ledger;

namespace Marketplace.Grains.Abstractions.Ledger;

/// <summary>What an account has.</summary>
/// <param name="Reserved">Set aside for running work.</param>
[GenerateSerializer, Immutable, Alias("BalanceView")]
public sealed record BalanceView(
    [property: Id(0)] Usdc Available,
    [property: Id(1)] Usdc Promo,
    [property: Id(2)] Usdc Reserved);
