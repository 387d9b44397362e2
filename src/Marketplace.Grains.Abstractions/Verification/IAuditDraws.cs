namespace Marketplace.Grains.Abstractions.Verification;

/// <summary>What the public is told of the secrets that draw checks.</summary>
public interface IAuditDraws
{
    /// <summary>
    /// A day's draw. Its hash is told <see cref="DrawOfDay.ToldAhead"/> days ahead, its secret when the day is over.
    /// </summary>
    /// <param name="day">In UTC.</param>
    /// <returns>Null for days that are further away.</returns>
    DrawOfDay? Of(DateOnly day);
}
