using System.Text.Json.Serialization;

namespace Marketplace.Domain.Inference;

/// <summary>Names one text-generation job, such as <c>job_01j9…</c>. Anything without the prefix is refused.</summary>
[GenerateSerializer, Immutable, Alias("JobId")]
[JsonConverter(typeof(PrefixedIdJson<JobId>))]
public readonly record struct JobId : IPrefixedId<JobId>
{
    private JobId(string value) => Value = value;

    public static string Prefix => "job_";

    [Id(0)]
    public string Value { get; }

    public static JobId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static JobId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
