using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Verification;

/// <summary>
/// Which providers' devices check a text that the platform does not, and whether a second one does. Both follow from
/// the secret of the day that drew the text and from what its device committed to: neither who made the text nor who
/// would like to check it can know before, and everybody can repeat it when the secret is told.
/// </summary>
public static class VerifierDraw
{
    /// <summary>Times that those who may come get twice as many.</summary>
    public const int Widenings = 6;

    /// <summary>
    /// The providers, the one first that is to check: by HMAC-SHA256(secret, root | id), the least first.
    /// </summary>
    public static IReadOnlyList<ProviderId> Order(byte[] secret, byte[] root, IEnumerable<ProviderId> providers) =>
    [
        .. providers
            .Distinct()
            .OrderBy(
                provider =>
                {
                    byte[] text = [.. root, .. Encoding.UTF8.GetBytes(provider.Value)];
                    return Convert.ToHexString(HMACSHA256.HashData(secret, text));
                },
                StringComparer.Ordinal),
    ];

    /// <summary>
    /// How many of the first may come after a wait: one, two, four and so on, all of them in the end.
    /// </summary>
    /// <param name="waited">Since the text began to wait for a verifier.</param>
    /// <param name="patience">How long it waits.</param>
    public static int Turns(TimeSpan waited, TimeSpan patience)
    {
        var step = patience > TimeSpan.Zero ? Math.Max(0, (int)(waited / (patience / Widenings))) : Widenings;
        return step >= Widenings - 1 ? int.MaxValue : 1 << step;
    }

    /// <summary>Whether a text that a first verifier accepts is checked by a second one.</summary>
    /// <param name="secret">Of the day that drew the text.</param>
    /// <param name="root">What its device committed to.</param>
    /// <param name="rate">The probability, 0 to 1.</param>
    public static bool IsAgain(byte[] secret, byte[] root, double rate) =>
        AuditRate.IsDrawn(secret, [.. root, .. "again"u8], rate);
}
