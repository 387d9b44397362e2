using System.Text.Json.Serialization;

namespace Marketplace.Domain.Payments;

/// <summary>
/// Names one expected deposit and its Solana Pay reference, such as <c>dep_01j9…</c>. Anything without the prefix is
/// refused.
/// </summary>
[GenerateSerializer, Immutable, Alias("DepositId")]
[JsonConverter(typeof(PrefixedIdJson<DepositId>))]
public readonly record struct DepositId : IPrefixedId<DepositId>
{
    private DepositId(string value) => Value = value;

    public static string Prefix => "dep_";

    [Id(0)]
    public string Value { get; }

    public static DepositId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static DepositId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
