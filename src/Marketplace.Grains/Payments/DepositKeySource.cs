namespace Marketplace.Grains.Payments;

/// <summary>The configured keys of standing addresses; null where there is no seed.</summary>
internal sealed record DepositKeySource(DepositKeys? Keys);
