using System.Text.Json.Serialization;

namespace Marketplace.Domain.Payouts;

/// <summary>
/// Names one chunk of payouts, which is one transaction on chain and its memo, such as <c>chk_01j9…</c>. Anything
/// without the prefix is refused.
/// </summary>
[GenerateSerializer, Immutable, Alias("ChunkId")]
[JsonConverter(typeof(PrefixedIdJson<ChunkId>))]
public readonly record struct ChunkId : IPrefixedId<ChunkId>
{
    private ChunkId(string value) => Value = value;

    public static string Prefix => "chk_";

    [Id(0)]
    public string Value { get; }

    public static ChunkId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static ChunkId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
