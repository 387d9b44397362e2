using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.StripeSim;

/// <summary>Signs bodies as Stripe does: HMAC-SHA256 over the time, a dot and the body.</summary>
public static class WebhookSigner
{
    public static string Header(string body, DateTimeOffset at, params IEnumerable<string> secrets)
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var text = Encoding.UTF8.GetBytes($"{time}.{body}");
        var signatures = secrets.Select(secret =>
            $"v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), text))}");

        return $"t={time},{string.Join(',', signatures)}";
    }
}
