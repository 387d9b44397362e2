using System.Text.Json.Serialization;

namespace Marketplace.Domain.Verification;

/// <summary>Names one kept finding, such as <c>fnd_01j9…</c>. Anything without the prefix is refused.</summary>
[GenerateSerializer, Immutable, Alias("FindingId")]
[JsonConverter(typeof(PrefixedIdJson<FindingId>))]
public readonly record struct FindingId : IPrefixedId<FindingId>
{
    private FindingId(string value) => Value = value;

    public static string Prefix => "fnd_";

    [Id(0)]
    public string Value { get; }

    public static FindingId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static FindingId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
