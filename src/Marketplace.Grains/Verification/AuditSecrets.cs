using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Verification;

namespace Marketplace.Grains.Verification;

/// <summary>
/// The secrets that draw checks, one a day: everyone is told each one's hash before its day and the secret after it.
/// They follow from the marketplace's keys for receipts, so that all its processes have the same. A day's secret is
/// that of the key that signed when its hash was told first: a new key takes over with days that nobody was told of.
/// </summary>
/// <param name="signer">The key that signs now.</param>
/// <param name="clock">The time.</param>
/// <param name="former">What follows from keys that signed before, by the key's id; null for none.</param>
public sealed class AuditSecrets(
    ReceiptSigner signer, TimeProvider clock, IReadOnlyDictionary<string, byte[]>? former = null) : IAuditDraws
{
    /// <summary>How a day is written.</summary>
    public const string DayForm = "yyyy-MM-dd";

    private readonly Dictionary<string, byte[]> _roots =
        new(former ?? new Dictionary<string, byte[]>(StringComparer.Ordinal), StringComparer.Ordinal)
        {
            [signer.KeyId] = RootOf(signer),
        };

    // Until the books have told them there is the key that signs now.
    private volatile IReadOnlyList<ReceiptKey> _keys = [];

    /// <summary>What all secrets of a key follow from.</summary>
    internal static byte[] RootOf(ReceiptSigner key) => key.Derive("audit-draw");

    /// <summary>A time's day, in UTC.</summary>
    public static string DayOf(DateTimeOffset at) =>
        at.UtcDateTime.ToString(DayForm, CultureInfo.InvariantCulture);

    /// <summary>Every key that has ever signed, oldest first, as the books have them.</summary>
    public void Learn(IReadOnlyList<ReceiptKey> keys) => _keys = keys;

    /// <summary>Draws by today's secret.</summary>
    /// <param name="root">What the device committed to.</param>
    /// <param name="rate">Probability of a check, 0 to 1.</param>
    public AuditDraw Draw(byte[] root, double rate)
    {
        var now = clock.GetUtcNow();
        var (day, key) = (DayOf(now), KeyNow(DateOnly.FromDateTime(now.UtcDateTime)));

        return AuditDraw.Of(root, day, SecretOf(key, day), rate) with { Key = key };
    }

    /// <summary>The secret that drew, whichever key has taken over since.</summary>
    public byte[] SecretOf(AuditDraw draw) =>
        draw.Key is { } key && _roots.ContainsKey(key) ? SecretOf(key, draw.Day) : SecretOf(draw.Day);

    /// <summary>The secret of a day, 32 bytes; to be told only when the day is over.</summary>
    public byte[] SecretOf(string day) =>
        SecretOf(KeyNow(DateOnly.ParseExact(day, DayForm, CultureInfo.InvariantCulture)), day);

    public DrawOfDay? Of(DateOnly day)
    {
        var now = clock.GetUtcNow().UtcDateTime;

        if (day < DrawOfDay.First || day > DateOnly.FromDateTime(now).AddDays(DrawOfDay.ToldAhead) || IsForgotten(day))
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

    private byte[] SecretOf(string key, string day) => HMACSHA256.HashData(_roots[key], Encoding.UTF8.GetBytes(day));

    /// <summary>Id of the key of a day; where that one is not at hand any more, of the one that signs now.</summary>
    private string KeyNow(DateOnly day) =>
        KeyOf(day) is { } key && _roots.ContainsKey(key.Id) ? key.Id : signer.KeyId;

    /// <summary>The last that signed already when the day's hash was told first, or the first of all.</summary>
    private ReceiptKey? KeyOf(DateOnly day)
    {
        var told = new DateTimeOffset(day.AddDays(-DrawOfDay.ToldAhead), TimeOnly.MinValue, TimeSpan.Zero);
        var keys = _keys;

        return keys.LastOrDefault(key => key.Since <= told) ?? (keys.Count > 0 ? keys[0] : null);
    }

    /// <summary>Whether the day was another key's that is not at hand any more: its secret cannot be told.</summary>
    private bool IsForgotten(DateOnly day) =>
        KeyOf(day) is { } key
        && !_roots.ContainsKey(key.Id)
        && _keys.LastOrDefault(one => one.Id == signer.KeyId) is { } current
        && day < DateOnly.FromDateTime(current.Since.UtcDateTime);
}
