namespace Marketplace.Domain.Verification;

/// <summary>
/// Small drifts of one provider's device on one model, gathered over its audits: Wald's sequential probability ratio
/// test on how often a position is above the soft threshold, which honest devices are in one of a thousand and cheaper
/// weights in one of a hundred at least. Source: Wald 1945, "Sequential Tests of Statistical Hypotheses".
/// </summary>
/// <param name="LogRatio">Evidence so far, from 0: ln of how much likelier it is when the weights are cheaper.</param>
/// <param name="Positions">Positions since the evidence was last settled for the device.</param>
[GenerateSerializer, Immutable, Alias("DriftSuspicion")]
public sealed record DriftSuspicion([property: Id(0)] double LogRatio, [property: Id(1)] long Positions)
{
    private const double CheaperRate = 1e-2;
    private const double MissedRate = 1e-2;

    /// <summary>Nothing is known.</summary>
    public static DriftSuspicion None { get; } = new(0, 0);

    /// <summary>Whether the evidence is against the device: a second opinion is due.</summary>
    public bool IsCheaper => LogRatio >= Math.Log((1 - MissedRate) / LogitJudge.FalsePositives);

    /// <summary>Adds an audit; evidence for the device starts anew, so that a good past buys nothing.</summary>
    public DriftSuspicion After(LogitVerdict verdict)
    {
        var above = Math.Log(CheaperRate / LogitJudge.SoftRate);
        var below = Math.Log((1 - CheaperRate) / (1 - LogitJudge.SoftRate));
        var ratio = LogRatio + (verdict.SoftCount * above) + ((verdict.Positions - verdict.SoftCount) * below);
        var isSettled = ratio <= Math.Log(MissedRate / (1 - LogitJudge.FalsePositives));

        return isSettled ? None : new(ratio, Positions + verdict.Positions);
    }
}
