namespace Marketplace.Compute.Inference.Verification;

/// <summary>What a check of a whole text finds.</summary>
/// <param name="Fault">Set where the text contradicts itself; then its logits were not looked at.</param>
/// <param name="Positions">One for each claim.</param>
public sealed record TextFinding(TextFault? Fault, IReadOnlyList<PositionFinding> Positions);
