using System.Text.Json;
using System.Text.Unicode;

namespace Marketplace.Compute.Inference.ModelFiles;

/// <summary>
/// A small JSON file of a model's folder, read whole; every field is checked and named when it is wrong.
/// </summary>
internal sealed class JsonFile
{
    private const int DepthMax = 64;

    private readonly string _name;

    private JsonFile(string name, JsonElement root) => (_name, Root) = (name, root);

    public JsonElement Root { get; }

    /// <exception cref="ModelFormatException">It is not there, too large, or no JSON object.</exception>
    public static JsonFile Open(NamedFiles folder, string name, int bytesMax) =>
        Parse(name, Bytes(folder, name, bytesMax));

    public static byte[] Bytes(NamedFiles folder, string name, int bytesMax)
    {
        using var file = File.OpenRead(folder.Get(name));

        if (file.Length > bytesMax)
        {
            throw new ModelFormatException($"{name} has {file.Length} bytes, allowed are {bytesMax}");
        }

        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    public static JsonFile Parse(string name, ReadOnlySpan<byte> bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            throw new ModelFormatException($"{name} is no UTF-8");
        }

        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = DepthMax });
            using var document = JsonDocument.ParseValue(ref reader);

            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new(name, document.RootElement.Clone())
                : throw new ModelFormatException($"{name} is no JSON object");
        }
        catch (JsonException fault)
        {
            throw new ModelFormatException($"{name} is no JSON: {fault.Message}");
        }
    }

    /// <summary>A field of an object; undefined where there is none, or where it is null.</summary>
    public JsonElement Find(params ReadOnlySpan<string> path)
    {
        var found = Root;

        foreach (var name in path)
        {
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(name, out found)
                || found.ValueKind == JsonValueKind.Null)
            {
                return default;
            }
        }

        return found;
    }

    public string? Text(params ReadOnlySpan<string> path)
    {
        var found = Find(path);

        return found.ValueKind switch
        {
            JsonValueKind.Undefined => null,
            JsonValueKind.String when IsText(found, out var text) => text,
            _ => throw Fault(path, found, "a string"),
        };
    }

    public bool Flag(bool fallback, params ReadOnlySpan<string> path)
    {
        var found = Find(path);

        return found.ValueKind switch
        {
            JsonValueKind.Undefined => fallback,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Fault(path, found, "true and false"),
        };
    }

    /// <summary>A whole number within bounds; the fallback where there is none.</summary>
    public int Number(int min, int max, int? fallback, params ReadOnlySpan<string> path)
    {
        var found = Find(path);

        return found.ValueKind == JsonValueKind.Undefined && fallback is { } value
            ? value
            : found.ValueKind == JsonValueKind.Number && found.TryGetInt64(out var number)
                && number >= min && number <= max
                    ? (int)number
                    : throw Fault(path, found, $"{min} to {max}");
    }

    /// <summary>Whole numbers within bounds: one, or a list of such; empty where there is none.</summary>
    public IReadOnlyList<int> Numbers(int min, int max, int countMax, params ReadOnlySpan<string> path)
    {
        var found = Find(path);
        JsonElement[] listed = found.ValueKind switch
        {
            JsonValueKind.Undefined => [],
            JsonValueKind.Array when found.GetArrayLength() <= countMax => [.. found.EnumerateArray()],
            _ => [found],
        };
        var numbers = new List<int>(listed.Length);

        foreach (var one in listed)
        {
            numbers.Add(one.ValueKind == JsonValueKind.Number && one.TryGetInt32(out var number)
                && number >= min && number <= max
                    ? number
                    : throw Fault(path, found, $"{min} to {max}, and lists of {countMax} such at most"));
        }

        return numbers;
    }

    /// <summary>A finite number within bounds; the fallback where there is none.</summary>
    public double Real(double min, double max, double? fallback, params ReadOnlySpan<string> path)
    {
        var found = Find(path);

        return found.ValueKind == JsonValueKind.Undefined && fallback is { } value
            ? value
            : found.ValueKind == JsonValueKind.Number && found.TryGetDouble(out var number)
                && number >= min && number <= max
                    ? number
                    : throw Fault(path, found, $"{min} to {max}");
    }

    /// <summary>False for a string that is no UTF-16, such as half a surrogate pair.</summary>
    public static bool IsText(JsonElement value, out string text)
    {
        try
        {
            text = value.GetString() ?? "";
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }

    private ModelFormatException Fault(ReadOnlySpan<string> path, JsonElement found, string allowed)
    {
        const int ShownMax = 64;
        var shown = found.ValueKind == JsonValueKind.Undefined ? "missing" : found.GetRawText();
        return new(
            $"{_name}: {string.Join('.', path.ToArray())} is {(shown.Length > ShownMax ? shown[..ShownMax] : shown)}, "
                + $"allowed are {allowed}");
    }
}
