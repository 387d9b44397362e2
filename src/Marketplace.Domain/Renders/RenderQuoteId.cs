using System.Text.Json.Serialization;

namespace Marketplace.Domain.Renders;

/// <summary>Names one quote of a render, such as <c>qte_01j9…</c>. Anything without the prefix is refused.</summary>
[GenerateSerializer, Immutable, Alias("RenderQuoteId")]
[JsonConverter(typeof(PrefixedIdJson<RenderQuoteId>))]
public readonly record struct RenderQuoteId : IPrefixedId<RenderQuoteId>
{
    private RenderQuoteId(string value) => Value = value;

    public static string Prefix => "qte_";

    [Id(0)]
    public string Value { get; }

    public static RenderQuoteId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static RenderQuoteId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
