namespace Marketplace.Domain.Verification;

/// <summary>
/// Judges a leaf of a render by the share of its noisy pixels that another device agrees with. Compilers that fuse or
/// reorder arithmetic leave honest devices more than 99 % of them; of fewer, other or smoothed samples less than a
/// tenth agree. Pixels without noise are the same whatever the samples: they tell who painted instead of tracing.
/// </summary>
public static class LeafJudge
{
    /// <summary>Noisy pixels that a leaf must have to tell anything.</summary>
    public const int InformativeMin = 64;

    /// <summary>A share of at least this is accepted.</summary>
    public const double AcceptShare = 0.97;

    /// <summary>A share below this is rejected.</summary>
    public const double RejectShare = 0.90;

    /// <summary>By how much the mean of an accepted leaf may be off, its brightest pixels clipped.</summary>
    public const double MeanMax = 1e-2;

    /// <summary>
    /// Share of a leaf's pixels that may be off without having noise: rays of honest devices part at silhouettes.
    /// </summary>
    public const double AstrayMax = 0.03;

    /// <summary>As many may in any case: of a small leaf one pixel is more than that share.</summary>
    public const int AstrayFree = 2;

    /// <summary>Above this share of such pixels a leaf is rejected: no rounding does that.</summary>
    public const double AstrayReject = 0.25;

    /// <summary>
    /// A leaf without noise tells nothing as long as it is what it should be: where it is not, nobody is blamed over
    /// few pixels, and it is made once more.
    /// </summary>
    public static LeafVerdict Judge(LeafComparison leaf)
    {
        var (noisy, quiet) = (JudgeNoisy(leaf), JudgeQuiet(leaf));

        // The enumeration goes from good to bad, and pixels without noise alone accept nothing.
        return noisy > quiet ? noisy : quiet;
    }

    private static LeafVerdict JudgeNoisy(LeafComparison leaf) =>
        leaf.Informative < InformativeMin
            ? leaf.MeanDifference < MeanMax ? LeafVerdict.Uninformative : LeafVerdict.ThirdOpinion
        : !(leaf.Agreeing >= RejectShare) ? LeafVerdict.Rejected
        : leaf.Agreeing >= AcceptShare && leaf.MeanDifference < MeanMax ? LeafVerdict.Accepted
        : LeafVerdict.ThirdOpinion;

    private static LeafVerdict JudgeQuiet(LeafComparison leaf) =>
        leaf.Astray <= Math.Max(AstrayFree, AstrayMax * leaf.Pixels) ? LeafVerdict.Uninformative
        : leaf.Astray > AstrayReject * leaf.Pixels && leaf.Astray >= InformativeMin ? LeafVerdict.Rejected
        : LeafVerdict.ThirdOpinion;
}
