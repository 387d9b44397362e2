namespace Marketplace.Domain.Compliance;

/// <summary>Whether an act on a case is allowed.</summary>
public abstract record ReviewVerdict
{
    private ReviewVerdict()
    {
    }

    /// <summary>It is: the case becomes this.</summary>
    public sealed record Next(ReviewCase Case) : ReviewVerdict;

    /// <summary>It has to be claimed first.</summary>
    public sealed record NotClaimed : ReviewVerdict;

    /// <summary>Somebody else has it.</summary>
    public sealed record ClaimedByOther : ReviewVerdict;

    /// <summary>The second person has to be another one.</summary>
    public sealed record SamePerson : ReviewVerdict;

    /// <summary>Nobody has asked for its release.</summary>
    public sealed record NoRelease : ReviewVerdict;

    /// <summary>It is decided.</summary>
    public sealed record Decided(ReviewState State) : ReviewVerdict;
}
