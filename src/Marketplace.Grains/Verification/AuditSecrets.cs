using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Grains.Abstractions.Verification;

namespace Marketplace.Grains.Verification;

/// <summary>
/// The secrets that draw checks, one a day: everyone is told each one's hash before its day and the secret after it.
/// They follow from the marketplace's key for receipts, so that all its processes have the same.
/// </summary>
public sealed class AuditSecrets(ReceiptSigner signer, TimeProvider clock) : IAuditDraws
{
    /// <summary>How a day is written.</summary>
    public const string DayForm = "yyyy-MM-dd";

    private readonly byte[] _root = signer.Derive("audit-draw");

    /// <summary>A time's day, in UTC.</summary>
    public static string DayOf(DateTimeOffset at) =>
        at.UtcDateTime.ToString(DayForm, CultureInfo.InvariantCulture);

    /// <summary>The secret of a day, 32 bytes; to be told only when the day is over.</summary>
    public byte[] SecretOf(string day) => HMACSHA256.HashData(_root, Encoding.UTF8.GetBytes(day));

    public DrawOfDay? Of(DateOnly day)
    {
        var now = clock.GetUtcNow().UtcDateTime;

        if (day < DrawOfDay.First || day > DateOnly.FromDateTime(now).AddDays(DrawOfDay.ToldAhead))
        {
            return null;
        }

        var secret = SecretOf(day.ToString(DayForm, CultureInfo.InvariantCulture));
        var isOver = now >= day.AddDays(1).ToDateTime(TimeOnly.MinValue) + DrawOfDay.ToldAfter;

        return new(
            day,
            Convert.ToHexStringLower(SHA256.HashData(secret)),
            isOver ? Convert.ToHexStringLower(secret) : null);
    }
}
