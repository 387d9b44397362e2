using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Marketplace.Compute.Rendering.Tests;

/// <summary>Changes the JSON of a .glb and keeps the rest.</summary>
internal static class GlbEdit
{
    private const int JsonAt = 20;

    public static byte[] Of(byte[] glb, Action<JsonNode> change)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(glb.AsSpan(12));
        var json = JsonNode.Parse(glb.AsSpan(JsonAt, length))!;
        change(json);
        var text = Encoding.UTF8.GetBytes(json.ToJsonString());
        var padded = new byte[(text.Length + 3) / 4 * 4];
        padded.AsSpan().Fill((byte)' ');
        text.CopyTo(padded, 0);
        byte[] edited = [.. glb.AsSpan(0, JsonAt), .. padded, .. glb.AsSpan(JsonAt + length)];
        BinaryPrimitives.WriteInt32LittleEndian(edited.AsSpan(8), edited.Length);
        BinaryPrimitives.WriteInt32LittleEndian(edited.AsSpan(12), padded.Length);

        return edited;
    }
}
