using System.Text;
using System.Text.Json;
using CsCheck;
using Marketplace.Compute.Inference.Grammars;

namespace Marketplace.Compute.Inference.Tests.Grammars;

public class JsonSchemaTests
{
    private const string Person = """
        {
          "type": "object",
          "properties": {
            "name": { "type": "string", "maxLength": 5 },
            "age": { "type": "integer" },
            "mood": { "enum": ["good", "bad", null, 7] },
            "tags": { "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": 2 },
            "boss": { "anyOf": [ { "$ref": "#" }, { "type": "null" } ] }
          },
          "required": ["name", "mood", "boss"],
          "additionalProperties": false
        }
        """;

    [Theory]
    [InlineData("""{"type":"string"}""", "\"a\\n\\u00e9\\ud83d\\ude00é😀\"", true)]
    [InlineData("""{"type":"string"}""", "\"\\ud83d\"", false)]
    [InlineData("""{"type":"string"}""", "\"a\nb\"", false)]
    [InlineData("""{"type":"string","minLength":2,"maxLength":3}""", "\"a\"", false)]
    [InlineData("""{"type":"string","minLength":2,"maxLength":3}""", "\"éé\"", true)]
    [InlineData("""{"type":"string","minLength":2,"maxLength":3}""", "\"abcd\"", false)]
    [InlineData("""{"type":"integer"}""", "-120", true)]
    [InlineData("""{"type":"integer"}""", "012", false)]
    [InlineData("""{"type":"integer"}""", "1.5", false)]
    [InlineData("""{"type":"number"}""", "-0.50e-7", true)]
    [InlineData("""{"type":"number"}""", "1.", false)]
    [InlineData("""{"type":["number","null"]}""", "null", true)]
    [InlineData("""{"type":["number","null"]}""", "true", false)]
    [InlineData("""{"type":"boolean"}""", "false", true)]
    [InlineData("""{"const":{"a":[1,"x"]}}""", """{"a":[1,"x"]}""", true)]
    [InlineData("""{"type":"array","items":{"type":"integer"}}""", "[]", true)]
    [InlineData("""{"type":"array","items":{"type":"integer"}}""", "[1, 2,3]", true)]
    [InlineData("""{"type":"array","items":{"type":"integer"}}""", "[1,]", false)]
    [InlineData("""{"type":"array","maxItems":0}""", "[]", true)]
    [InlineData("""{"type":"array","maxItems":0}""", "[1]", false)]
    [InlineData("""{"type":"array","minItems":2,"items":{"type":"null"}}""", "[null]", false)]
    [InlineData("""{"type":"array","minItems":2,"items":{"type":"null"}}""", "[null,null,null]", true)]
    [InlineData("""{"type":"object"}""", "{}", true)]
    [InlineData("""{"type":"object"}""", """{"a":1}""", false)]
    [InlineData("""{"type":"object","additionalProperties":{"type":"integer"}}""", """{"a":1, "b":2}""", true)]
    [InlineData("""{"type":"object","additionalProperties":{"type":"integer"}}""", """{"a":"1"}""", false)]
    [InlineData("""{}""", """{"a":[1,{"b":null}],"c":"d"}""", true)]
    [InlineData("""{}""", "[1]", false)]
    [InlineData(Person, """{"name":"Ann", "mood":"good", "boss":null}""", true)]
    [InlineData(Person, """{"name":"Ann","age":3,"mood":null,"tags":["a"],"boss":{"name":"Bob","mood":7,"boss":null}}""", true)]
    [InlineData(Person, """{"mood":"good","name":"Ann","boss":null}""", false)]
    [InlineData(Person, """{"name":"Ann","boss":null}""", false)]
    [InlineData(Person, """{"name":"Ann","mood":"so","boss":null}""", false)]
    [InlineData(Person, """{"name":"Ann","mood":"bad","tags":[],"boss":null}""", false)]
    [InlineData(Person, """{"name":"Ann-Marie","mood":"bad","boss":null}""", false)]
    public void A_text_is_within_a_schema_or_not(string schema, string text, bool isWithin) =>
        Assert.Equal(isWithin, IsWhole(schema, text));

    [Theory]
    [InlineData("[]", "must be an object")]
    [InlineData("{", "is no JSON")]
    [InlineData("""{"type":"string","pattern":"a+"}""", "at /pattern is a keyword that is not supported")]
    [InlineData("""{"properties":{"a":{"type":"string","format":"date"}}}""", "at /properties/a/format")]
    [InlineData("""{"type":"text"}""", "at /type must be object, array,")]
    [InlineData("""{"type":"integer","minimum":3}""", "at /minimum")]
    [InlineData("""{"allOf":[]}""", "at /allOf")]
    [InlineData("""{"anyOf":[]}""", "at /anyOf must be a list of 1 to 1000")]
    [InlineData("""{"enum":7}""", "at /enum must be a list")]
    [InlineData("""{"$ref":"#/$defs/none"}""", "at /$ref must point into the same schema")]
    [InlineData("""{"$ref":"http://elsewhere"}""", "at /$ref must point into the same schema")]
    [InlineData("""{"$ref":"#"}""", "allows no text at all")]
    [InlineData("""{"anyOf":[{"$ref":"#/$defs/a"}],"$defs":{"a":{"anyOf":[{"$ref":"#"}]}}}""", "allows no text at all")]
    [InlineData("""{"type":"object","properties":{"a":{}},"required":["b"]}""", "at /required")]
    [InlineData("""{"type":"array","minItems":3,"maxItems":2}""", "at /maxItems is below minItems")]
    [InlineData("""{"type":"array","maxItems":5000}""", "at /maxItems must be a whole number from 0 to 1000")]
    public void A_schema_that_texts_cannot_be_held_to_is_refused_by_its_place(string schema, string why)
    {
        var refused = Assert.Throws<SchemaException>(() => JsonSchema.Parse(schema));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_that_would_become_too_large_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"items\":", 40)) + "{}" + new string('}', 40);
        Assert.Throws<SchemaException>(() => JsonSchema.Parse(deep.Replace("{\"items\"", "{\"type\":\"array\",\"items\"")));

        // Each level holds the next one a thousand times.
        var wide = """{"type":"array","minItems":1000,"items":{"type":"array","minItems":1000,"items":{"type":"array","minItems":1000}}}""";
        Assert.Null(Record.Exception(() => JsonSchema.Parse(wide)));
        var names = string.Join(',', Enumerable.Range(0, 1_001).Select(at => $"\"p{at}\":{{}}"));
        Assert.Throws<SchemaException>(() => JsonSchema.Parse("{\"properties\":{" + names + "}}"));
        Assert.Throws<SchemaException>(() => JsonSchema.Parse(new string(' ', JsonSchema.LengthMax) + "{}"));
    }

    /// <summary>Whatever a model wants, its text is of the schema once it is whole.</summary>
    [Fact]
    public void Random_logits_write_texts_of_the_schema() =>
        Gen.Select(Gen.Int, Gen.Int[0, 1]).Sample(
            (seed, which) =>
            {
                var text = Write(which == 0 ? Person : "{}", new Random(seed));

                using var json = JsonDocument.Parse(text);
                Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);

                if (which == 0)
                {
                    CheckPerson(json.RootElement);
                }
            },
            iter: 200);

    [Fact]
    public void A_vocabulary_that_cannot_write_what_comes_next_is_stuck()
    {
        byte[][] tokens = [[], "{"u8.ToArray(), "\""u8.ToArray()];
        var mask = Mask(Person, tokens);

        Assert.False(mask.IsStuck);
        Assert.True(mask.Take(1));
        Assert.False(mask.Take(1));
        Assert.True(mask.Take(2));
        Assert.True(mask.IsStuck);
    }

    [Fact]
    public void Nesting_ends_where_it_is_too_deep_and_can_be_closed_from_there()
    {
        byte[][] tokens = [[], "["u8.ToArray(), "]"u8.ToArray()];
        var mask = Mask("""{"type":"array","items":{"$ref":"#"}}""", tokens);
        var depth = 0;

        while (depth < 1_000 && mask.Take(1))
        {
            depth++;
        }

        Assert.InRange(depth, 64, 256);
        Assert.False(mask.IsStuck);
        Assert.All(Enumerable.Range(0, depth), _ => Assert.True(mask.Take(2)));
        Assert.True(mask.Take(0));
    }

    private static void CheckPerson(JsonElement person)
    {
        var names = person.EnumerateObject().Select(one => one.Name).ToList();
        string[] order = ["name", "age", "mood", "tags", "boss"];
        Assert.Equal(order.Where(names.Contains), names, StringComparer.Ordinal);
        Assert.All((string[])["name", "mood", "boss"], name => Assert.Contains(name, names, StringComparer.Ordinal));
        Assert.InRange(person.GetProperty("name").GetString()!.EnumerateRunes().Count(), 0, 5);
        Assert.True(person.GetProperty("mood").GetRawText() is "\"good\"" or "\"bad\"" or "null" or "7");

        if (person.TryGetProperty("tags", out var tags))
        {
            Assert.InRange(tags.GetArrayLength(), 1, 2);
        }

        if (person.GetProperty("boss") is { ValueKind: JsonValueKind.Object } boss)
        {
            CheckPerson(boss);
        }
    }

    /// <summary>Bytes as tokens, and some longer ones; draws what is allowed, and likes to close.</summary>
    private static string Write(string schema, Random random)
    {
        string[] longer = ["\", ", "{\"name\": \"", "null", "\"]", "good", "\"mood\":", "\":", "}}", "ab", "é"];
        byte[][] tokens =
        [
            [],
            .. Enumerable.Range(1, 255).Select(one => new[] { (byte)one }),
            .. longer.Select(Encoding.UTF8.GetBytes),
        ];
        var mask = Mask(schema, tokens);
        var bytes = new List<byte>();
        var likes = Encoding.UTF8.GetBytes("\"]}n,").Select(one => (int)one).ToHashSet();

        while (true)
        {
            var logits = tokens.Select((_, token) => random.NextSingle() + (likes.Contains(token) ? 0.7f : 0)
                + (token == 0 ? 5 : 0)).ToArray();
            mask.Apply(logits);
            var drawn = Array.IndexOf(logits, logits.Max());

            if (drawn == 0)
            {
                return Encoding.UTF8.GetString([.. bytes]);
            }

            Assert.True(mask.Take(drawn));
            bytes.AddRange(tokens[drawn]);
            Assert.InRange(bytes.Count, 0, 1_000_000);
        }
    }

    private static TokenMask Mask(string schema, byte[][] tokens) => new(
        JsonSchema.Parse(schema).Grammar,
        new TokenTrie([.. tokens.Select(token => new ReadOnlyMemory<byte>(token))]),
        token => tokens[token],
        ends: [0],
        marks: []);

    private static bool IsWhole(string schema, string text) =>
        GrammarTexts.IsWhole(JsonSchema.Parse(schema).Grammar, text);
}
