using System.Text.Json.Serialization;

namespace Marketplace.Domain.Inference;

/// <summary>Names one batch of text requests, such as <c>batch_01j9…</c>. Nothing without the prefix.</summary>
[GenerateSerializer, Immutable, Alias("BatchId")]
[JsonConverter(typeof(PrefixedIdJson<BatchId>))]
public readonly record struct BatchId : IPrefixedId<BatchId>
{
    private BatchId(string value) => Value = value;

    public static string Prefix => "batch_";

    [Id(0)]
    public string Value { get; }

    public static BatchId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static BatchId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
