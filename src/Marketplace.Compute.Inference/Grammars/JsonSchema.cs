using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Element = Marketplace.Compute.Inference.Grammars.Grammar.Element;

namespace Marketplace.Compute.Inference.Grammars;

/// <summary>
/// A JSON schema as a grammar that generated text is held to: what OpenAI calls structured outputs. Properties come in
/// the order in which the schema names them. Supported are <c>type</c> (one or several), <c>properties</c>,
/// <c>required</c>, <c>additionalProperties</c> (false unless told; true or a schema), <c>items</c>, <c>minItems</c>,
/// <c>maxItems</c>, <c>minLength</c>, <c>maxLength</c>, <c>enum</c>, <c>const</c>, <c>anyOf</c>, <c>$defs</c> or
/// <c>definitions</c>, and <c>$ref</c> into the same schema. A keyword that would change what is allowed and is not
/// supported is refused. Source: JSON Schema 2020-12.
/// </summary>
public sealed class JsonSchema
{
    /// <summary>Longest schema, in characters.</summary>
    public const int LengthMax = 64 * 1024;

    /// <summary>Deepest nesting of a schema.</summary>
    public const int DepthMax = 32;

    /// <summary>Largest bound of items, characters and properties.</summary>
    public const int CountMax = 1_000;

    /// <summary>Keywords that change nothing of what is allowed.</summary>
    internal static readonly string[] Silent =
    [
        "title", "description", "default", "examples", "example", "$schema", "$id", "$comment", "strict", "deprecated",
        "readOnly", "writeOnly", "$defs", "definitions",
    ];

    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly JsonElement _root;
    private readonly JsonGrammar _json;
    private readonly Dictionary<string, int> _references = new(StringComparer.Ordinal);

    private JsonSchema(Grammar grammar, JsonGrammar json, JsonElement root, string path)
    {
        (Grammar, _json, _root) = (grammar, json, root);
        Rule = root.ValueKind == JsonValueKind.Object && !root.EnumerateObject().Any()
            ? json.AnyObject
            : RuleOf(root, path, 0);
    }

    internal Grammar Grammar { get; }

    private int Rule { get; }

    /// <summary>Reads a schema; an empty object allows any JSON object.</summary>
    /// <exception cref="SchemaException">It says where and why texts cannot be held to it.</exception>
    public static JsonSchema Parse(string text)
    {
        if (text.Length > LengthMax)
        {
            throw new SchemaException("", $"has {text.Length} characters, allowed are {LengthMax}");
        }

        try
        {
            using var document = JsonDocument.Parse(text, new() { MaxDepth = DepthMax * 2 });
            var grammar = new Grammar();
            var schema = new JsonSchema(grammar, new(grammar), document.RootElement.Clone(), "");
            grammar.Root = schema.Rule;
            _ = new GrammarMachine(schema.Grammar);
            return schema;
        }
        catch (JsonException fault)
        {
            throw new SchemaException("", $"is no JSON: {fault.Message}");
        }
    }

    /// <summary>The rule that a schema is within a larger grammar.</summary>
    /// <exception cref="SchemaException">Texts cannot be held to it.</exception>
    internal static int RuleIn(Grammar grammar, JsonGrammar json, JsonElement schema, string path) =>
        new JsonSchema(grammar, json, schema, path).Rule;

    private int RuleOf(JsonElement schema, string path, int depth)
    {
        if (depth > DepthMax)
        {
            throw new SchemaException(path, $"is nested deeper than {DepthMax}");
        }

        if (schema.ValueKind == JsonValueKind.True)
        {
            return _json.Value;
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            throw new SchemaException(path, "must be an object");
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            Only(schema, path, "$ref");
            return Referenced(reference, $"{path}/$ref", depth);
        }

        if (schema.TryGetProperty("const", out var constant))
        {
            Only(schema, path, "const", "type");
            return Grammar.Rule(Written(constant));
        }

        if (schema.TryGetProperty("enum", out var values))
        {
            Only(schema, path, "enum", "type");
            return OneOf(values, $"{path}/enum", (value, _) => Written(value));
        }

        if (schema.TryGetProperty("anyOf", out var schemas))
        {
            Only(schema, path, "anyOf");
            return OneOf(schemas, $"{path}/anyOf", (one, at) => [Element.Of(RuleOf(one, at, depth + 1))]);
        }

        return Typed(schema, path, depth);
    }

    private int Typed(JsonElement schema, string path, int depth)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            if (schema.TryGetProperty("properties", out _))
            {
                return ObjectOf(schema, path, depth);
            }

            Only(schema, path);
            return _json.Value;
        }

        if (type.ValueKind == JsonValueKind.String)
        {
            return OfType(type.GetString()!, schema, path, depth);
        }

        // The keywords of one type do not concern the others.
        return OneOf(type, $"{path}/type", (one, at) => one.ValueKind == JsonValueKind.String
            ? [Element.Of(OfType(one.GetString()!, schema, path, depth, isOneOfSeveral: true))]
            : throw new SchemaException(at, "must be a text"));
    }

    private int OfType(string type, JsonElement schema, string path, int depth, bool isOneOfSeveral = false)
    {
        switch (type)
        {
            case "object":
                return ObjectOf(schema, path, depth, isOneOfSeveral);
            case "array":
                return ArrayOf(schema, path, depth, isOneOfSeveral);
            case "string":
                return TextOf(schema, path, isOneOfSeveral);
            default:
                Check(schema, path, isOneOfSeveral);
                return type switch
                {
                    "number" => _json.Number,
                    "integer" => _json.Integer,
                    "boolean" => _json.Boolean,
                    "null" => _json.Null,
                    _ => throw new SchemaException(
                        $"{path}/type", "must be object, array, string, number, integer, boolean or null"),
                };
        }
    }

    private int TextOf(JsonElement schema, string path, bool isOneOfSeveral)
    {
        Check(schema, path, isOneOfSeveral, "minLength", "maxLength");
        var (least, most) = Bounds(schema, path, "minLength", "maxLength");
        return least == 0 && most is null
            ? _json.Text
            : _json.Between("\"", _json.Repeat([Element.Of(_json.Character)], least, most), "\"");
    }

    private int ArrayOf(JsonElement schema, string path, int depth, bool isOneOfSeveral)
    {
        Check(schema, path, isOneOfSeveral, "items", "minItems", "maxItems");
        var (least, most) = Bounds(schema, path, "minItems", "maxItems");
        Element[] item =
        [
            Element.Of(schema.TryGetProperty("items", out var items)
                ? RuleOf(items, $"{path}/items", depth + 1)
                : _json.Value),
        ];
        var rest = _json.Repeat([.. _json.Comma, .. item], Math.Max(least - 1, 0), most - 1);
        List<Element[]> inner = most == 0 ? [] : [[.. item, Element.Of(rest)]];

        if (least == 0)
        {
            inner.Add([]);
        }

        return _json.Between("[", Grammar.Rule(inner), "]");
    }

    private int ObjectOf(JsonElement schema, string path, int depth, bool isOneOfSeveral = false)
    {
        Check(schema, path, isOneOfSeveral, "properties", "required", "additionalProperties");
        var properties = Properties(schema, path);
        var required = Required(schema, path, properties);
        var others = Others(schema, path, depth);

        // From the last property to the first: what may follow when one was written before, and when none was.
        var (after, first) = (Grammar.Rule(Array.Empty<Element>()), Grammar.Rule(Array.Empty<Element>()));

        if (others is { } other)
        {
            after = _json.Repeat([.. _json.Comma, .. other], 0, null);
            first = _json.List(other);
        }

        for (var at = properties.Count - 1; at >= 0; at--)
        {
            var (name, value) = properties[at];
            Element[] written =
            [
                .. Literal(name), .. _json.Colon,
                Element.Of(RuleOf(value, $"{path}/properties/{name}", depth + 1)), Element.Of(after),
            ];
            var (nextAfter, nextFirst) =
                (Grammar.Rule([.. _json.Comma, .. written]), Grammar.Rule([written]));

            if (!required.Contains(name))
            {
                Grammar.Add(nextAfter, Element.Of(after));
                Grammar.Add(nextFirst, Element.Of(first));
            }

            (after, first) = (nextAfter, nextFirst);
        }

        return _json.Between("{", first, "}");
    }

    private Element[]? Others(JsonElement schema, string path, int depth)
    {
        if (!schema.TryGetProperty("additionalProperties", out var others)
            || others.ValueKind == JsonValueKind.False)
        {
            return null;
        }

        var value = RuleOf(others, $"{path}/additionalProperties", depth + 1);
        return [Element.Of(_json.Text), .. _json.Colon, Element.Of(value)];
    }

    private static List<(string Name, JsonElement Value)> Properties(JsonElement schema, string path)
    {
        if (!schema.TryGetProperty("properties", out var properties))
        {
            return [];
        }

        if (properties.ValueKind != JsonValueKind.Object || properties.EnumerateObject().Count() > CountMax)
        {
            throw new SchemaException($"{path}/properties", $"must be an object with at most {CountMax} members");
        }

        return [.. properties.EnumerateObject().Select(one => (one.Name, one.Value))];
    }

    private static HashSet<string> Required(
        JsonElement schema, string path, List<(string Name, JsonElement Value)> properties)
    {
        if (!schema.TryGetProperty("required", out var names))
        {
            return [];
        }

        var known = properties.Select(one => one.Name).ToHashSet(StringComparer.Ordinal);

        bool IsKnown(JsonElement name) => name.ValueKind == JsonValueKind.String && known.Contains(name.GetString()!);

        return names.ValueKind == JsonValueKind.Array && names.EnumerateArray().All(IsKnown)
            ? [.. names.EnumerateArray().Select(one => one.GetString()!)]
            : throw new SchemaException($"{path}/required", "must be a list of names that stand in properties");
    }

    private int Referenced(JsonElement reference, string path, int depth)
    {
        if (reference.ValueKind != JsonValueKind.String || reference.GetString() is not { } pointer
            || Find(pointer) is not { } target)
        {
            throw new SchemaException(path, "must point into the same schema, such as #/$defs/name");
        }

        if (!_references.TryGetValue(pointer, out var rule))
        {
            // Known before it is read, so that it may hold itself.
            rule = Grammar.NewRule();
            _references.Add(pointer, rule);
            Grammar.Add(rule, Element.Of(RuleOf(target, pointer[1..], depth + 1)));
        }

        return rule;
    }

    private JsonElement? Find(string pointer)
    {
        if (pointer != "#" && !pointer.StartsWith("#/", StringComparison.Ordinal))
        {
            return null;
        }

        var found = _root;

        foreach (var step in pointer.Split('/').Skip(1))
        {
            var name = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal)
                .Replace("~0", "~", StringComparison.Ordinal);

            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(name, out found))
            {
                return null;
            }
        }

        return found;
    }

    private int OneOf(JsonElement list, string path, Func<JsonElement, string, Element[]> read)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is < 1 or > CountMax)
        {
            throw new SchemaException(path, $"must be a list of 1 to {CountMax}");
        }

        return Grammar.Rule(list.EnumerateArray()
            .Select((one, at) => read(one, string.Create(CultureInfo.InvariantCulture, $"{path}/{at}")))
            .ToList());
    }

    private static (int Least, int? Most) Bounds(JsonElement schema, string path, string leastName, string mostName)
    {
        int? Read(string name) => !schema.TryGetProperty(name, out var value) ? null
            : value.ValueKind == JsonValueKind.Number
                && value.TryGetInt32(out var number)
                && number is >= 0 and <= CountMax
                ? number
                : throw new SchemaException($"{path}/{name}", $"must be a whole number from 0 to {CountMax}");

        var (least, most) = (Read(leastName) ?? 0, Read(mostName));

        return most is null || least <= most
            ? (least, most)
            : throw new SchemaException($"{path}/{mostName}", $"is below {leastName}");
    }

    /// <summary>Refuses keywords that are neither known here nor say nothing.</summary>
    private static void Check(JsonElement schema, string path, bool isOneOfSeveral, params string[] known)
    {
        if (!isOneOfSeveral)
        {
            Only(schema, path, [.. known, "type"]);
            return;
        }

        Only(schema, path,
        [
            "type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "minLength",
            "maxLength",
        ]);
    }

    private static void Only(JsonElement schema, string path, params string[] known)
    {
        foreach (var one in schema.EnumerateObject().Select(member => member.Name))
        {
            if (!known.Contains(one, StringComparer.Ordinal) && !Silent.Contains(one, StringComparer.Ordinal))
            {
                throw new SchemaException($"{path}/{one}", "is a keyword that is not supported here");
            }
        }
    }

    private static Element[] Written(JsonElement value) =>
        Element.Literal(JsonSerializer.Serialize(value, Plain));

    private static Element[] Literal(string text) => Element.Literal(JsonSerializer.Serialize(text, Plain));
}
