namespace Marketplace.Domain.Devices;

/// <summary>
/// The token of an agent's session, <c>ags_{device}_{secret}</c>. It names its device, so that any host can ask that
/// device's grain whether the session lives.
/// </summary>
public static class SessionToken
{
    public const string Prefix = "ags_";

    /// <summary>Random bytes in a token.</summary>
    public const int RandomBytes = 32;

    private const int SecretLength = 52;

    private static readonly int DeviceLength = DeviceId.Prefix.Length + PrefixedId.BodyLength;

    /// <summary>Writes a token from 32 random bytes, which the caller takes from a cryptographic source.</summary>
    public static string Write(DeviceId device, ReadOnlySpan<byte> random)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(random.Length, RandomBytes);
        return $"{Prefix}{device}_{Base32.Write(random)}";
    }

    /// <summary>
    /// The device a token claims to belong to, or null when the text is no token. Proves nothing by itself.
    /// </summary>
    public static DeviceId? DeviceOf(string? token)
    {
        if (token is null
            || token.Length != Prefix.Length + DeviceLength + 1 + SecretLength
            || !token.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var device = token.Substring(Prefix.Length, DeviceLength);
        return PrefixedId.Fits(DeviceId.Prefix, device) ? DeviceId.Parse(device) : null;
    }
}
