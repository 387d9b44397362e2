using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Grains.Verification;

/// <summary>
/// The secrets that draw checks, one a day: everyone is told each one's hash before its day and the secret after it.
/// They follow from the marketplace's key for receipts, so that all its processes have the same.
/// </summary>
public sealed class AuditSecrets(ReceiptSigner signer)
{
    /// <summary>How a day is written.</summary>
    public const string DayForm = "yyyy-MM-dd";

    private readonly byte[] _root = signer.Derive("audit-draw");

    /// <summary>A time's day, in UTC.</summary>
    public static string DayOf(DateTimeOffset at) =>
        at.UtcDateTime.ToString(DayForm, CultureInfo.InvariantCulture);

    /// <summary>The secret of a day, 32 bytes; to be told only when the day is over.</summary>
    public byte[] Of(string day) => HMACSHA256.HashData(_root, Encoding.UTF8.GetBytes(day));

    /// <summary>SHA-256 of the secret: may be told at any time.</summary>
    public byte[] HashOf(string day) => SHA256.HashData(Of(day));
}
