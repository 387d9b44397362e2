namespace Marketplace.Domain.Market;

/// <summary>
/// How often something happens lately: every event counts 1 and fades with e^(-t/<see cref="Memory"/>), so that a
/// steady stream shows its rate and a burst is forgotten.
/// </summary>
/// <param name="Count">Events so far, faded until <paramref name="At"/>.</param>
/// <param name="At">When the last one was counted.</param>
public readonly record struct DecayedRate(double Count, DateTimeOffset At)
{
    /// <summary>After it an event counts 1/e.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    public DecayedRate Add(DateTimeOffset now) => new(Faded(now) + 1, now > At ? now : At);

    public double PerMinute(DateTimeOffset now) => Faded(now) / Memory.TotalMinutes;

    private double Faded(DateTimeOffset now) =>
        now > At ? Count * Math.Exp(-((now - At) / Memory)) : Count;
}
