namespace Marketplace.Domain.Verification;

/// <summary>
/// Judges a leaf of a render by the share of its noisy pixels that another device agrees with. Compilers that fuse or
/// reorder arithmetic leave honest devices more than 99 % of them; of fewer, other or smoothed samples less than a
/// tenth agree.
/// </summary>
public static class LeafJudge
{
    /// <summary>Noisy pixels that a leaf must have to tell anything.</summary>
    public const int InformativeMin = 64;

    /// <summary>A share of at least this is accepted.</summary>
    public const double AcceptShare = 0.97;

    /// <summary>A share below this is rejected.</summary>
    public const double RejectShare = 0.90;

    /// <summary>By how much the mean of an accepted leaf may be off.</summary>
    public const double MeanMax = 1e-2;

    /// <summary>
    /// A leaf without noise tells nothing as long as it is as bright as it should be: where it is not, nobody is blamed
    /// over so few pixels, and it is made once more.
    /// </summary>
    /// <param name="informative">Noisy pixels.</param>
    /// <param name="agreeing">Share of them that agree, 0 to 1.</param>
    /// <param name="meanDifference">Relative difference of the leaf's mean.</param>
    public static LeafVerdict Judge(int informative, double agreeing, double meanDifference) =>
        informative < InformativeMin
            ? meanDifference < MeanMax ? LeafVerdict.Uninformative : LeafVerdict.ThirdOpinion
        : !(agreeing >= RejectShare) ? LeafVerdict.Rejected
        : agreeing >= AcceptShare && meanDifference < MeanMax ? LeafVerdict.Accepted
        : LeafVerdict.ThirdOpinion;
}
