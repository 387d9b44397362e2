using System.Text.Json.Serialization;

namespace Marketplace.Domain.Payments;

/// <summary>Names one refund to a card, such as <c>ref_01j9…</c>. Anything without the prefix is refused.</summary>
[GenerateSerializer, Immutable, Alias("CardRefundId")]
[JsonConverter(typeof(PrefixedIdJson<CardRefundId>))]
public readonly record struct CardRefundId : IPrefixedId<CardRefundId>
{
    private CardRefundId(string value) => Value = value;

    public static string Prefix => "ref_";

    [Id(0)]
    public string Value { get; }

    public static CardRefundId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static CardRefundId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
