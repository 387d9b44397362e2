using Marketplace.Domain.Compliance;

namespace Marketplace.Grains.Compliance;

/// <summary>What became of a wish for screening.</summary>
internal abstract record ScreenOutcome
{
    private ScreenOutcome()
    {
    }

    /// <summary>The verdict, which stands.</summary>
    /// <param name="Verdict">What was found.</param>
    /// <param name="Review">The case that waits for people, when the verdict is not clear.</param>
    public sealed record Screened(Screening Verdict, ReviewCase? Review) : ScreenOutcome;

    /// <summary>Nobody can be screened now.</summary>
    public sealed record NotNow(ListTrouble Trouble) : ScreenOutcome;
}
