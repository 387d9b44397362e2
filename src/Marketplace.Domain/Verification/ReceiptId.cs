using System.Text.Json.Serialization;

namespace Marketplace.Domain.Verification;

/// <summary>Names one receipt, such as <c>rcp_01j9…</c>. Anything without the prefix is refused.</summary>
[GenerateSerializer, Immutable, Alias("ReceiptId")]
[JsonConverter(typeof(PrefixedIdJson<ReceiptId>))]
public readonly record struct ReceiptId : IPrefixedId<ReceiptId>
{
    private ReceiptId(string value) => Value = value;

    public static string Prefix => "rcp_";

    [Id(0)]
    public string Value { get; }

    public static ReceiptId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static ReceiptId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
