using System.Text.Json;
using System.Text.Json.Nodes;

namespace Marketplace.Compute.Inference.Grammars;

/// <summary>
/// A schema that allows no less than another and that texts can be held to: where a keyword stands that
/// <see cref="JsonSchema"/> does not know, what that keyword says is left out, and everything else holds as it did.
/// What a keyword might have allowed besides is then allowed: other properties, any items.
/// </summary>
public static class LooseSchema
{
    private static readonly string[] OfObjects = ["properties", "required", "additionalProperties"];
    private static readonly string[] OfArrays = ["items", "minItems", "maxItems"];
    private static readonly string[] OfTexts = ["minLength", "maxLength"];

    // These speak of the items too, so that what stands beside them does not hold for all items.
    private static readonly string[] OfItems = ["prefixItems", "additionalItems", "unevaluatedItems"];

    // These speak of properties that the schema does not name, or of whole values that may have such.
    private static readonly string[] Opening =
    [
        "patternProperties", "unevaluatedProperties", "propertyNames", "dependentSchemas", "dependencies", "allOf",
        "anyOf", "oneOf", "not", "if", "then", "else", "$ref", "$dynamicRef", "$recursiveRef",
    ];

    /// <summary>The looser schema; null where the text is no schema at all.</summary>
    public static string? Of(string schema)
    {
        try
        {
            var root = JsonNode.Parse(schema, null, new() { MaxDepth = JsonSchema.DepthMax * 2 });
            return root is JsonObject ? Loosened(root, isRoot: true, depth: 0).ToJsonString() : null;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or InvalidOperationException)
        {
            // A member that stands twice, or half a surrogate pair, is found only when it is looked at.
            return null;
        }
    }

    private static JsonNode Loosened(JsonNode? schema, bool isRoot, int depth)
    {
        if (schema is not JsonObject given || depth > JsonSchema.DepthMax)
        {
            return true;
        }

        var loose = given.DeepClone().AsObject();

        if (loose.ContainsKey("oneOf") && !loose.ContainsKey("anyOf"))
        {
            Rename(loose, "oneOf", "anyOf");
        }

        foreach (var definitions in new[] { "$defs", "definitions" })
        {
            LoosenAll(loose[definitions] as JsonObject, depth);
        }

        if (loose.ContainsKey("$ref") && !Says(loose, "$ref"))
        {
            return Only(loose, "$ref");
        }

        if (loose.ContainsKey("const") || loose.ContainsKey("enum"))
        {
            return Only(loose, loose.ContainsKey("const") ? "const" : "enum", "type");
        }

        if (loose["anyOf"] is JsonArray { Count: > 0 and <= JsonSchema.CountMax } choices && !Says(loose, "anyOf"))
        {
            for (var at = 0; at < choices.Count; at++)
            {
                choices[at] = Loosened(choices[at], isRoot: false, depth + 1);
            }

            return Only(loose, "anyOf");
        }

        return Typed(loose, depth) is { } typed ? typed : isRoot ? new JsonObject() : (JsonNode)true;
    }

    /// <summary>Null where the schema says nothing of the value's type.</summary>
    private static JsonObject? Typed(JsonObject loose, int depth)
    {
        if (!loose.ContainsKey("type") && !loose.ContainsKey("properties"))
        {
            return null;
        }

        var isOpen = Array.Exists(Opening, loose.ContainsKey);
        var areItemsOpen = Array.Exists(OfItems, loose.ContainsKey);
        var types = TypesOf(loose);
        string[] known =
        [
            "type",
            .. types.Contains("object", StringComparer.Ordinal) ? OfObjects : [],
            .. types.Contains("array", StringComparer.Ordinal) && !areItemsOpen ? OfArrays : [],
            .. types.Contains("string", StringComparer.Ordinal) ? OfTexts : [],
        ];
        Only(loose, known);
        LoosenBounds(loose, "minItems", "maxItems");
        LoosenBounds(loose, "minLength", "maxLength");

        if (loose.ContainsKey("items"))
        {
            loose["items"] = Loosened(loose["items"], isRoot: false, depth + 1);
        }

        if (types.Contains("object", StringComparer.Ordinal))
        {
            LoosenObject(loose, isOpen, depth);
        }

        return loose;
    }

    private static void LoosenObject(JsonObject loose, bool isOpen, int depth)
    {
        if (loose.ContainsKey("properties") && loose["properties"] is not JsonObject { Count: <= JsonSchema.CountMax })
        {
            loose.Remove("properties");
            isOpen = true;
        }

        var properties = loose["properties"] as JsonObject;
        LoosenAll(properties, depth);

        if (loose.ContainsKey("required"))
        {
            var names = (loose["required"] as JsonArray)?.Select(TextOf).ToList() ?? [];
            var known = names.OfType<string>().Where(name => properties?.ContainsKey(name) == true);
            var named = known.Distinct(StringComparer.Ordinal).ToList();

            // What must be there and is not described has to be allowed.
            isOpen |= named.Count < names.Count;
            loose["required"] = new JsonArray([.. named.Select(name => JsonValue.Create(name))]);
        }

        if (isOpen)
        {
            loose["additionalProperties"] = true;
        }
        else if (loose.TryGetPropertyValue("additionalProperties", out var others)
            && others?.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False))
        {
            loose["additionalProperties"] = Loosened(others, isRoot: false, depth + 1);
        }
    }

    private static void LoosenAll(JsonObject? schemas, int depth)
    {
        foreach (var name in schemas?.Select(one => one.Key).ToList() ?? [])
        {
            schemas![name] = Loosened(schemas[name], isRoot: false, depth + 1);
        }
    }

    /// <summary>A bound that is none, or too large, is left out, and both where they contradict each other.</summary>
    private static void LoosenBounds(JsonObject loose, string least, string most)
    {
        foreach (var name in new[] { least, most })
        {
            if (loose.ContainsKey(name) && Number(loose[name]) is not (>= 0 and <= JsonSchema.CountMax))
            {
                loose.Remove(name);
            }
        }

        if (Number(loose[least]) > Number(loose[most]))
        {
            loose.Remove(least);
            loose.Remove(most);
        }
    }

    /// <summary>Whether something besides this keyword says what is allowed.</summary>
    private static bool Says(JsonObject schema, string keyword) =>
        schema.Any(member => member.Key is "type" or "properties" or "items" && member.Key != keyword);

    private static JsonObject Only(JsonObject schema, params string[] known)
    {
        foreach (var name in schema.Select(member => member.Key).ToList())
        {
            if (!known.Contains(name, StringComparer.Ordinal)
                && !JsonSchema.Silent.Contains(name, StringComparer.Ordinal))
            {
                schema.Remove(name);
            }
        }

        return schema;
    }

    private static void Rename(JsonObject schema, string from, string to)
    {
        var value = schema[from];
        schema.Remove(from);
        schema[to] = value;
    }

    private static List<string> TypesOf(JsonObject schema) => schema["type"] switch
    {
        null => ["object"],
        JsonArray list => [.. list.Select(TextOf).OfType<string>()],
        var one => [.. new[] { TextOf(one) }.OfType<string>()],
    };

    private static string? TextOf(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    private static int? Number(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;
}
