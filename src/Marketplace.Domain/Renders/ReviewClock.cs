namespace Marketplace.Domain.Renders;

/// <summary>
/// How long all frames of a render have had their picture and only its renter's word was missing: its deadline is one
/// for making them, and moves by as much. Each time that something is made again it also gets back what was used of it.
/// </summary>
/// <param name="Since">Since when nothing is left to be made; null while something is.</param>
/// <param name="Before">Such times that are over, and time that was given back.</param>
[GenerateSerializer, Immutable, Alias("ReviewClock")]
public sealed record ReviewClock([property: Id(0)] DateTimeOffset? Since, [property: Id(1)] TimeSpan Before)
{
    /// <summary>It has never run.</summary>
    public static readonly ReviewClock None = new(null, TimeSpan.Zero);

    /// <summary>All such times up to this moment.</summary>
    public TimeSpan Total(DateTimeOffset now) => Since is { } since && now > since ? Before + (now - since) : Before;

    /// <summary>Nothing is left to be made from now on.</summary>
    public ReviewClock Begin(DateTimeOffset now) => Since is null ? this with { Since = now } : this;

    /// <summary>
    /// Something is to be made again from now on, and has as much time for that as the order had at first.
    /// </summary>
    /// <param name="now">Now.</param>
    /// <param name="spent">How much of the time for making is used up; it is given back.</param>
    public ReviewClock End(DateTimeOffset now, TimeSpan spent) =>
        new(null, Total(now) + (spent > TimeSpan.Zero ? spent : TimeSpan.Zero));
}
