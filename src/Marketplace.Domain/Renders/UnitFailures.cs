using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Renders;

/// <summary>Who failed at a unit. Counted by provider, so that one of them cannot use up the tries of all.</summary>
/// <param name="Unit">Its place in the plan.</param>
/// <param name="Providers">Each once.</param>
/// <param name="Losses">How often the platform lost what was delivered; nobody's failure.</param>
[GenerateSerializer, Immutable, Alias("UnitFailures")]
public sealed record UnitFailures(
    [property: Id(0)] int Unit, [property: Id(1)] IReadOnlyList<ProviderId> Providers, [property: Id(2)] int Losses)
{
    /// <summary>Whether it was tried often enough.</summary>
    public bool IsSpent => Providers.Count >= RenderLimits.AttemptsMax || Losses >= RenderLimits.AttemptsMax;

    /// <summary>One more failure of this provider, or without one a loss of the platform.</summary>
    public static IReadOnlyList<UnitFailures> With(
        IReadOnlyList<UnitFailures> known, int unit, ProviderId? provider)
    {
        var at = known.FirstOrDefault(failures => failures.Unit == unit) ?? new(unit, [], 0);
        var next = provider is { } guilty
            ? at with { Providers = [.. at.Providers.Append(guilty).Distinct()] }
            : at with { Losses = at.Losses + 1 };

        return [.. known.Where(failures => failures.Unit != unit), next];
    }
}
