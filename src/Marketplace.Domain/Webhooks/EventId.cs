using System.Text.Json.Serialization;

namespace Marketplace.Domain.Webhooks;

/// <summary>Names one event of webhooks, such as <c>evt_01j9…</c>. Anything without the prefix is refused.</summary>
[GenerateSerializer, Immutable, Alias("EventId")]
[JsonConverter(typeof(PrefixedIdJson<EventId>))]
public readonly record struct EventId : IPrefixedId<EventId>
{
    private EventId(string value) => Value = value;

    public static string Prefix => "evt_";

    [Id(0)]
    public string Value { get; }

    public static EventId From(Guid value) => new(PrefixedId.Write(Prefix, value));

    public static EventId Parse(string text) => new(PrefixedId.Check(Prefix, text));

    public override string ToString() => Value;
}
