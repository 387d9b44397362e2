using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Marketplace.Domain.Verification;

/// <summary>How often a provider's texts are checked, and which.</summary>
public static class AuditRate
{
    /// <summary>Every one of this many first texts of a provider's device on a model is checked.</summary>
    public const int FirstAll = 10;

    /// <summary>What the rate is multiplied by for a day after a soft failure or a change of the device.</summary>
    public const double Watched = 5;

    /// <summary>The probability that a text is checked.</summary>
    /// <param name="standing">
    /// Value that was found valid since the last invalid one, in texts of average value: cheap ones earn little trust.
    /// </param>
    /// <param name="value">This text's value in texts of average value.</param>
    /// <param name="floor">The least for a text of average value, such as 0.02.</param>
    /// <param name="isWatched">Whether the device is watched more closely for now.</param>
    public static double Of(double standing, double value, double floor, bool isWatched) =>
        standing < FirstAll
            ? 1
            : Math.Clamp(Math.Max(floor, 1 / standing) * value * (isWatched ? Watched : 1), 0, 1);

    /// <summary>
    /// Draws after the commitment: nobody can know before it which texts are checked, and everybody can see afterwards,
    /// when the secret is told, that they were not chosen.
    /// </summary>
    /// <param name="secret">Committed to before the epoch and told after it.</param>
    /// <param name="root">What the device has committed to.</param>
    /// <param name="rate">The probability, 0 to 1.</param>
    public static bool IsDrawn(byte[] secret, byte[] root, double rate)
    {
        var word = BinaryPrimitives.ReadUInt64BigEndian(HMACSHA256.HashData(secret, root));

        // The word's upper 53 bits are a number that a double holds exactly.
        return (word >> 11) < rate * (1L << 53);
    }
}
