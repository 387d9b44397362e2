using Marketplace.Domain.Payments;

namespace Marketplace.Grains.Payments;

/// <summary>What a scan came to.</summary>
/// <param name="Credited">Deposits with something new.</param>
/// <param name="Unexplained">The last thing that no book explains; the alarm was told of each.</param>
internal sealed record ScanReport(IReadOnlyList<DepositId> Credited, string? Unexplained);
