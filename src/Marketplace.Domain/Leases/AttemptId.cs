using System.Text.Json.Serialization;

namespace Marketplace.Domain.Leases;

/// <summary>
/// Names one attempt at a piece of work: the fencing token of every delivery, such as <c>att_01j9…</c>. Anything
/// without the prefix is refused.
/// </summary>
[GenerateSerializer, Immutable, Alias("AttemptId")]
[JsonConverter(typeof(PrefixedIdJson<AttemptId>))]
public readonly record struct AttemptId : IPrefixedId<AttemptId>
{
    private AttemptId(string value) => Value = value;

    public static string Prefix => "att_";

    [Id(0)]
    public string Value { get; }

    public static AttemptId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static AttemptId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
