using System.Text.Json.Serialization;

namespace Marketplace.Domain.Compliance;

/// <summary>
/// Names one verdict of screening, such as <c>scr_""01j9…</c>. Anything without the prefix is refused.
/// </summary>
[GenerateSerializer, Immutable, Alias("ScreeningId")]
[JsonConverter(typeof(PrefixedIdJson<ScreeningId>))]
public readonly record struct ScreeningId : IPrefixedId<ScreeningId>
{
    private ScreeningId(string value) => Value = value;

    public static string Prefix => "scr_";

    [Id(0)]
    public string Value { get; }

    public static ScreeningId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static ScreeningId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
