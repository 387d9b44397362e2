namespace Marketplace.Compute.Inference.Verification;

/// <summary>What a check of a whole text finds.</summary>
/// <param name="Fault">Set where the text contradicts itself; then its logits were not looked at.</param>
/// <param name="FaultAt">Place in the text of the first token at fault; the number of tokens where its end is.</param>
/// <param name="Given">How the tokens of the request's prefix were drawn, one for each.</param>
/// <param name="Claimed">One for each claim.</param>
public sealed record TextFinding(
    TextFault? Fault, int FaultAt, IReadOnlyList<PositionFinding> Given, IReadOnlyList<PositionFinding> Claimed)
{
    /// <summary>Whether the model gives logits that are no numbers: nothing can be said of the text.</summary>
    public bool IsUndefined => Given.Any(one => one.IsUndefined) || Claimed.Any(one => one.IsUndefined);
}
