using System.Text.Json.Serialization;

namespace Marketplace.Domain.Payments;

/// <summary>Names one top-up by card, such as <c>top_01j9…</c>. Anything without the prefix is refused.</summary>
[GenerateSerializer, Immutable, Alias("TopUpId")]
[JsonConverter(typeof(PrefixedIdJson<TopUpId>))]
public readonly record struct TopUpId : IPrefixedId<TopUpId>
{
    private TopUpId(string value) => Value = value;

    public static string Prefix => "top_";

    [Id(0)]
    public string Value { get; }

    public static TopUpId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static TopUpId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
