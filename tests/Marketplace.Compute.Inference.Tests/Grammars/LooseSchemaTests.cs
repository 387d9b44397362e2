using System.Text.Json.Nodes;
using Marketplace.Compute.Inference.Grammars;

namespace Marketplace.Compute.Inference.Tests.Grammars;

/// <summary>What is left of a schema that texts cannot be held to.</summary>
public class LooseSchemaTests
{
    [Theory]
    [InlineData("""{"type":"integer","minimum":3}""", """{"type":"integer"}""")]
    [InlineData(
        """{"type":"object","properties":{"a":{"type":"string","pattern":"x","maxLength":4},"b":{"enum":[1,2]}},"required":["a"]}""",
        """{"type":"object","properties":{"a":{"type":"string","maxLength":4},"b":{"enum":[1,2]}},"required":["a"]}""")]
    [InlineData(
        """{"type":"array","items":{"oneOf":[{"type":"null"},{"type":"string","format":"date"}]},"uniqueItems":true}""",
        """{"type":"array","items":{"anyOf":[{"type":"null"},{"type":"string"}]}}""")]
    [InlineData("""{"allOf":[{"type":"object"}]}""", "{}")]
    [InlineData("""{"type":"array","items":{"allOf":[{"type":"object"}]}}""", """{"type":"array","items":true}""")]
    [InlineData("""{"type":"array","prefixItems":[{}],"items":{"type":"null"},"maxItems":2}""", """{"type":"array"}""")]
    [InlineData("""{"type":"string","minLength":5,"maxLength":2}""", """{"type":"string"}""")]
    [InlineData("""{"type":"string","maxLength":5000}""", """{"type":"string"}""")]
    [InlineData("""{"properties":{"a":false}}""", """{"properties":{"a":true}}""")]

    // What a keyword that is left out may have spoken of is allowed.
    [InlineData(
        """{"type":"object","properties":{"a":{"type":"null"}},"patternProperties":{"b":{}},"additionalProperties":false}""",
        """{"type":"object","properties":{"a":{"type":"null"}},"additionalProperties":true}""")]
    [InlineData(
        """{"type":"object","properties":{"a":{"type":"null"}},"anyOf":[{"required":["a"]},{"required":["b"]}]}""",
        """{"type":"object","properties":{"a":{"type":"null"}},"additionalProperties":true}""")]
    [InlineData(
        """{"type":"object","properties":{"a":{"type":"null"}},"required":["a","b"]}""",
        """{"type":"object","properties":{"a":{"type":"null"}},"required":["a"],"additionalProperties":true}""")]
    [InlineData(
        """{"$ref":"#/$defs/n","$defs":{"n":{"type":"number","multipleOf":2}},"minimum":1}""",
        """{"$ref":"#/$defs/n","$defs":{"n":{"type":"number"}}}""")]
    public void Everything_else_holds_as_it_did(string schema, string loose)
    {
        var found = LooseSchema.Of(schema)!;

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(loose), JsonNode.Parse(found)), found);
        _ = JsonSchema.Parse(found);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"},"b":{"type":["integer","null"]}},"required":["a"]}""")]
    [InlineData("""{"type":"object","properties":{"a":{"anyOf":[{"const":1},{"$ref":"#"}]}},"additionalProperties":{"type":"null"}}""")]
    public void A_schema_that_texts_can_be_held_to_stays_as_it_is(string schema) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(schema), JsonNode.Parse(LooseSchema.Of(schema)!)));

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"type":"string","type":"null"}""")]
    public void What_is_no_schema_has_no_looser_one(string text) => Assert.Null(LooseSchema.Of(text));
}
