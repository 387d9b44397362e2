namespace Marketplace.Domain.Renders;

/// <summary>
/// How long a render has stood still by its renter's wish. Its deadline moves by as much; its reserve stays set aside,
/// so all pauses together have a limit, after which it goes on by itself.
/// </summary>
/// <param name="Since">Since when it stands still; null while it goes on.</param>
/// <param name="Before">Length of the pauses that are over.</param>
[GenerateSerializer, Immutable, Alias("RenderPause")]
public sealed record RenderPause([property: Id(0)] DateTimeOffset? Since, [property: Id(1)] TimeSpan Before)
{
    /// <summary>All pauses of one render together.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromDays(7);

    /// <summary>It was never paused.</summary>
    public static readonly RenderPause None = new(null, TimeSpan.Zero);

    /// <summary>When it goes on by itself; null while it goes on.</summary>
    public DateTimeOffset? EndsAt => Since + (Max - Before);

    /// <summary>All pauses up to this moment.</summary>
    public TimeSpan Total(DateTimeOffset now)
    {
        var total = Since is { } since && now > since ? Before + (now - since) : Before;
        return total < Max ? total : Max;
    }

    /// <summary>Paused from now on; a render that is paused already, or was for too long, stays as it is.</summary>
    public RenderPause Begin(DateTimeOffset now) => Since is null && Before < Max ? this with { Since = now } : this;

    /// <summary>Goes on from now on.</summary>
    public RenderPause End(DateTimeOffset now) => new(null, Total(now));
}
