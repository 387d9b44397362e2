namespace Marketplace.Domain.Verification;

/// <summary>What a check of a finding's file found.</summary>
public abstract record FindingVerdict
{
    private FindingVerdict()
    {
    }

    /// <summary>Everything in the file holds: signatures, root, and every number that is told of the numbers.</summary>
    /// <param name="Finding">Its id.</param>
    /// <param name="Kind">See <see cref="FindingKind"/>.</param>
    /// <param name="Work">The job.</param>
    /// <param name="Device">Whose work it was.</param>
    /// <param name="Verdict">The text's.</param>
    /// <param name="Cause">What was held against the device.</param>
    /// <param name="Tokens">Tokens in question.</param>
    /// <param name="IsSigned">Whether the device's own signature binds it to what it claimed.</param>
    /// <param name="Measured">What each that measured them has found, computed again.</param>
    public sealed record Holds(
        string Finding,
        string Kind,
        string Work,
        string Device,
        string Verdict,
        string Cause,
        int Tokens,
        bool IsSigned,
        IReadOnlyList<FindingMeasure> Measured) : FindingVerdict
    {
        /// <summary>
        /// How a cause that needs no numbers follows from what was ordered and what the device signed; null where it
        /// does not from this file alone.
        /// </summary>
        public string? Shown { get; init; }
    }

    /// <summary>Something does not.</summary>
    /// <param name="Field">Path of the member in the file.</param>
    /// <param name="Why">What is wrong with it.</param>
    public sealed record Broken(string Field, string Why) : FindingVerdict;
}
