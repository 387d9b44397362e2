namespace Marketplace.Grains.Abstractions.Verification;

/// <summary>The secret that draws checks on one day.</summary>
/// <param name="Day">In UTC.</param>
/// <param name="SecretSha256">Hash of the secret, lower-case hex.</param>
/// <param name="Secret">The secret, lower-case hex; null until <see cref="ToldAfter"/> the day's end.</param>
public sealed record DrawOfDay(DateOnly Day, string SecretSha256, string? Secret)
{
    /// <summary>Days ahead for which the hash is told.</summary>
    public const int ToldAhead = 7;

    /// <summary>The first day that has a draw.</summary>
    public static readonly DateOnly First = new(2026, 1, 1);

    /// <summary>Clocks of hosts may differ: one may still draw by a day that is over for another.</summary>
    public static readonly TimeSpan ToldAfter = TimeSpan.FromHours(1);
}
