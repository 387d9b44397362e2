using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Marketplace.Domain.Webhooks;

/// <summary>
/// Something that happened, as webhooks are told of it. It is thin: it names a resource and the state that it came to,
/// and the receiver reads the resource itself.
/// </summary>
/// <param name="Id">The same in every delivery of this event.</param>
/// <param name="Type">One of <see cref="EventTypes"/>.</param>
/// <param name="At">When it was written.</param>
/// <param name="Subject">The resource's id.</param>
/// <param name="State">The resource's state, in the words of its own address.</param>
/// <param name="Link">Path of the resource, or null where it has none.</param>
/// <param name="Part">The frame of a render, or null.</param>
public sealed record MarketEvent(
    EventId Id,
    string Type,
    DateTimeOffset At,
    string Subject,
    string State,
    string? Link,
    int? Part)
{
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The bytes that are sent and signed: JSON, the same ones at every try.</summary>
    public byte[] Body()
    {
        var buffer = new ArrayBufferWriter<byte>();

        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("id", Id.Value);
            json.WriteString("type", Type);
            json.WriteString("createdAt", At.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture));
            json.WriteStartObject("data");
            json.WriteString("id", Subject);
            json.WriteString("state", State);

            if (Part is { } frame)
            {
                json.WriteNumber("frame", frame);
            }

            json.WriteString("link", Link);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
