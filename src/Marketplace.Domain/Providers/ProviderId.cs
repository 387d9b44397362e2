using System.Text.Json.Serialization;

namespace Marketplace.Domain.Providers;

/// <summary>Names one provider of devices, such as <c>prov_01j9…</c>. Anything without the prefix is refused.</summary>
[GenerateSerializer, Immutable, Alias("ProviderId")]
[JsonConverter(typeof(PrefixedIdJson<ProviderId>))]
public readonly record struct ProviderId : IPrefixedId<ProviderId>
{
    private ProviderId(string value) => Value = value;

    public static string Prefix => "prov_";

    [Id(0)]
    public string Value { get; }

    public static ProviderId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static ProviderId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
