using Marketplace.Domain.Payments;

namespace Marketplace.Grains.Payments;

/// <summary>What a scan came to.</summary>
/// <param name="Credited">Deposits with something new.</param>
/// <param name="Unexplained">Something no book explains: payouts stop until a person has looked at it.</param>
internal sealed record ScanReport(IReadOnlyList<DepositId> Credited, string? Unexplained);
