using System.Text.Json.Serialization;

namespace Marketplace.Domain.Renders;

/// <summary>Names one render, such as <c>rnd_01j9…</c>. Anything without the prefix is refused.</summary>
[GenerateSerializer, Immutable, Alias("RenderId")]
[JsonConverter(typeof(PrefixedIdJson<RenderId>))]
public readonly record struct RenderId : IPrefixedId<RenderId>
{
    private RenderId(string value) => Value = value;

    public static string Prefix => "rnd_";

    [Id(0)]
    public string Value { get; }

    public static RenderId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static RenderId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
