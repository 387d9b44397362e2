namespace Marketplace.Domain.Verification;

/// <summary>What follows from a leaf of a render that was traced again.</summary>
public enum LeafVerdict
{
    /// <summary>Too few of its pixels have noise: it tells nothing, and another one is drawn.</summary>
    Uninformative,

    /// <summary>It is what was ordered.</summary>
    Accepted,

    /// <summary>It may be: a third device traces it before anybody is blamed.</summary>
    ThirdOpinion,

    /// <summary>It is not what was ordered.</summary>
    Rejected,
}
