using System.Text.Json.Serialization;

namespace Marketplace.Domain.Compliance;

/// <summary>
/// Names one case of the review queue, such as <c>rev_""01j9…</c>. Anything without the prefix is refused.
/// </summary>
[GenerateSerializer, Immutable, Alias("ReviewId")]
[JsonConverter(typeof(PrefixedIdJson<ReviewId>))]
public readonly record struct ReviewId : IPrefixedId<ReviewId>
{
    private ReviewId(string value) => Value = value;

    public static string Prefix => "rev_";

    [Id(0)]
    public string Value { get; }

    public static ReviewId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static ReviewId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
