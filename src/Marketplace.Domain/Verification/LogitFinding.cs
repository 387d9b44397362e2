namespace Marketplace.Domain.Verification;

/// <summary>How a device's claim about one position compares with what another computed.</summary>
/// <param name="Drift">The largest difference of a log-probability; infinite where the claim makes no sense.</param>
/// <param name="Margin">By how much the drawn token loses against the best one, in logits.</param>
/// <param name="IsOutside">Whether the token could not have been drawn at all.</param>
public readonly record struct LogitFinding(double Drift, double Margin, bool IsOutside);
