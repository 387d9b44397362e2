using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Market;

/// <summary>
/// What a failed attempt means for its work. A rig that says the order itself is at fault is one opinion of an
/// untrusted machine: it ends the work only when a device of another provider says so too.
/// </summary>
public static class FailedAttempt
{
    /// <summary>Providers that must find the order at fault before it is held so.</summary>
    public const int OpinionsMin = 2;

    /// <summary>The providers that have found the order at fault, with the one that speaks now.</summary>
    public static IReadOnlyList<ProviderId> Accusers(
        IReadOnlyList<ProviderId> known, ProviderId provider, Ending told) =>
        told.CausedBy != CausedBy.Renter || known.Contains(provider) ? known : [.. known, provider];

    /// <summary>
    /// How the work ends with this failure, or null when another attempt is due. Nothing is billed either way.
    /// </summary>
    /// <param name="told">What the rig says, or what was seen of it.</param>
    /// <param name="accusers">Providers that found the order at fault, this one included.</param>
    /// <param name="attempts">Attempts made, this one included.</param>
    /// <param name="attemptsMax">Attempts that the work gets.</param>
    public static Ending? EndOf(
        Ending told, IReadOnlyCollection<ProviderId> accusers, int attempts, int attemptsMax)
    {
        var accuses = told.CausedBy == CausedBy.Renter;

        if (accuses && accusers.Distinct().Count() >= OpinionsMin)
        {
            return told;
        }

        return attempts < attemptsMax ? null
            : accuses ? told with { CausedBy = CausedBy.Provider }
            : told;
    }
}
