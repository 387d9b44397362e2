namespace Marketplace.Compute.Inference.Verification;

/// <summary>How one claim compares with logits that were computed again.</summary>
/// <param name="Drift">
/// a_i: the largest difference of a claimed log-probability, or by how much a token that was not claimed is likelier
/// than the least likely claimed one.
/// </param>
/// <param name="LogSumExpDrift">Difference of the two log-sum-exps.</param>
/// <param name="Margin">
/// m_i: by how much the drawn token loses against the best one, in logits; 0 where it wins.
/// </param>
/// <param name="IsOutside">Whether the filters leave it out even when their borders move by the tolerance.</param>
public readonly record struct PositionFinding(double Drift, double LogSumExpDrift, double Margin, bool IsOutside)
{
    /// <summary>
    /// Set where the logits that were computed again are no numbers: nothing can be said of the claim.
    /// </summary>
    public bool IsUndefined { get; init; }
}
