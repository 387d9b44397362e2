using System.Text.Json.Serialization;

namespace Marketplace.Domain.Devices;

/// <summary>
/// Names one device of a provider, served by one agent, such as <c>dev_01j9…</c>. Anything without the prefix is
/// refused.
/// </summary>
[GenerateSerializer, Immutable, Alias("DeviceId")]
[JsonConverter(typeof(PrefixedIdJson<DeviceId>))]
public readonly record struct DeviceId : IPrefixedId<DeviceId>
{
    private DeviceId(string value) => Value = value;

    public static string Prefix => "dev_";

    [Id(0)]
    public string Value { get; }

    public static DeviceId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    /// <summary>One key is one device, for ever: another key is another device.</summary>
    /// <param name="publicKey">Ed25519 public key of its agent, 32 bytes.</param>
    public static DeviceId OfKey(byte[] publicKey) =>
        From(PrefixedId.Derive("device", Convert.ToHexStringLower(publicKey)));

    public static DeviceId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
