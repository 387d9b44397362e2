using System.Text.Json.Serialization;

namespace Marketplace.Domain.Payouts;

/// <summary>
/// Names one advance on earnings, such as <c>adv_01j9…</c>. Anything without the prefix is refused.
/// </summary>
[GenerateSerializer, Immutable, Alias("AdvanceId")]
[JsonConverter(typeof(PrefixedIdJson<AdvanceId>))]
public readonly record struct AdvanceId : IPrefixedId<AdvanceId>
{
    private AdvanceId(string value) => Value = value;

    public static string Prefix => "adv_";

    [Id(0)]
    public string Value { get; }

    public static AdvanceId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static AdvanceId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
