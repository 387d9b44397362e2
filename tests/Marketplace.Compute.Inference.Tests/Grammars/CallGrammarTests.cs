using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Marketplace.Compute.Inference.Grammars;

namespace Marketplace.Compute.Inference.Tests.Grammars;

/// <summary>Whole answers that hold calls, in each family's form.</summary>
public class CallGrammarTests
{
    private const string Open = "<tool_call>";
    private const string Close = "</tool_call>";
    private const string Rain = """{"name":"rain","arguments":{"city":"Bern"}}""";
    private const string Time = """{"name": "time", "arguments": {}}""";

    [Theory]
    [InlineData("", true)]
    [InlineData("It rains.", true)]
    [InlineData("a < b, <tool, <tool_cal and <<tool_call", true)]
    [InlineData("{\"name\":\"nobody\"} ]", true)]
    [InlineData(Open, false)]
    [InlineData("so <" + Open, false)]
    [InlineData("so <" + Open + Rain, true)]
    [InlineData("so\n" + Open + "\n" + Rain + "\n" + Close, true)]
    [InlineData(Open + Rain + Close + Open + Time + Close, true)]
    [InlineData(Open + Rain + Close + "\n" + Open + "\n" + Time + "\n" + Close, true)]
    [InlineData(Open + Rain + Close + Open + Time + Close + Open + Time + Close, false)]
    [InlineData(Open + Rain + Close + " so", false)]
    [InlineData(Open + Rain + " " + Close, false)]
    [InlineData(Open + """{"name":"rain","arguments":{"city":7}}""" + Close, false)]
    [InlineData(Open + """{"name":"rain","arguments":{}}""" + Close, false)]
    [InlineData(Open + """{"name":"rain","arguments":{"city":"Bern","more":1}}""" + Close, false)]
    [InlineData(Open + """{"name":"time","arguments":{"city":"Bern"}}""" + Close, false)]
    [InlineData(Open + """{"name":"nobody","arguments":{}}""" + Close, false)]
    [InlineData(Open + """{"arguments":{},"name":"time"}""" + Close, false)]
    public void Text_between_marks_is_a_call_and_any_other_is_free(string text, bool isWithin) =>
        Assert.Equal(isWithin, IsWhole(Marked(most: 2), text));

    [Theory]
    [InlineData("", false)]
    [InlineData("so", false)]
    [InlineData(Rain, true)]
    [InlineData("\n" + Rain + "\n" + Close, true)]
    [InlineData(Rain + Close + Open + Time, true)]
    [InlineData(Rain + Time, false)]
    public void A_demanded_call_is_the_beginning_of_the_answer(string text, bool isWithin) =>
        Assert.Equal(isWithin, IsWhole(Marked(most: 2, text: "false"), text));

    [Theory]
    [InlineData("""{"n":1}""", true)]
    [InlineData("""{"n":1}""" + Open + Rain + Close, false)]
    [InlineData(Open + Rain + Close, true)]
    [InlineData("so", false)]
    [InlineData("", false)]
    public void An_answer_beside_tools_is_of_its_schema_or_calls(string text, bool isWithin) => Assert.Equal(
        isWithin,
        IsWhole(
            Marked(most: 2, text: """{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}"""),
            text));

    [Theory]
    [InlineData("so [1] [TOOL_CALL]", true)]
    [InlineData("[" + Rain + "]", true)]
    [InlineData("[TOOL_CALLS]", false)]
    [InlineData("[TOOL_CALLS][]", false)]
    [InlineData("so[TOOL_CALLS] [" + Rain + ", " + Time + "]", true)]
    [InlineData("[TOOL_CALLS][" + Rain + "," + Time + "," + Time + "]", false)]
    [InlineData("[TOOL_CALLS][" + Rain + "] so", false)]
    public void A_list_behind_a_mark_is_of_calls(string text, bool isWithin) =>
        Assert.Equal(isWithin, IsWhole(Form("listed", "[TOOL_CALLS]", null, 2), text));

    [Theory]
    [InlineData("so " + Rain, true)]
    [InlineData("{\"n\":1}", true)]
    [InlineData("{\"names\":1}", true)]
    [InlineData("{\"name\" 1}", true)]
    [InlineData("[1, {\"name\":", true)]
    [InlineData("{\"type\":\"text\",\"name\":1}", true)]
    [InlineData("{\"name\":", false)]
    [InlineData(" \n{ \"name\" : \"nobody\"", false)]
    [InlineData("{\"name\":\"nobody\",\"arguments\":{}}", false)]
    [InlineData("{\"type\":\"function\",\"name\":\"nobody\",\"arguments\":{}}", false)]
    [InlineData("{\"type\": \"function\", \"name\": \"time\", \"arguments\": {}}", true)]
    [InlineData(Rain, true)]
    [InlineData(Rain + " so", false)]
    [InlineData("[" + Rain + "," + Time + "]", true)]
    [InlineData("[" + Rain, false)]
    [InlineData("[" + Rain + "," + Time + "," + Time + "]", false)]
    public void An_answer_that_begins_as_a_call_is_calls(string text, bool isWithin) =>
        Assert.Equal(isWithin, IsWhole(Form("bare", null, null, 2), text));

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"form":"marked","open":"","close":"","arguments":"a","most":1,"text":true,"tools":[{"name":"a","arguments":{}}]}""")]
    [InlineData("""{"form":"bare","arguments":"a","most":65,"text":true,"tools":[{"name":"a","arguments":{}}]}""")]
    [InlineData("""{"form":"bare","arguments":"a","most":1,"text":true,"tools":[]}""")]
    [InlineData("""{"form":"bare","arguments":"a","most":1,"text":{},"tools":[{"name":"a","arguments":{}}]}""")]
    [InlineData("""{"form":"bare","arguments":"a","most":1,"text":true,"tools":[{"name":"a","arguments":{"type":"integer","minimum":1}}]}""")]
    public void A_form_that_answers_cannot_be_held_to_is_refused(string form) =>
        Assert.Throws<SchemaException>(() => CallGrammar.Parse(form));

    /// <summary>Whatever a model wants, marks stand around calls alone and calls are of their schemas.</summary>
    [Fact]
    public void Random_logits_write_free_text_and_calls_of_the_tools() => Gen.Select(Gen.Int, Gen.Int[1, 3]).Sample(
        (seed, most) =>
        {
            var rest = Write(Marked(most), new Random(seed));
            var calls = 0;

            // A string of the arguments may hold a mark: each call is read as the JSON that it is.
            for (; rest.IndexOf(Open, StringComparison.Ordinal) is var open and >= 0; calls++)
            {
                Assert.True(calls == 0 || rest[..open].Trim().Length == 0);
                rest = AfterCall(rest[(open + Open.Length)..]);
                Assert.True(rest.Length == 0 || rest.TrimStart('\n').StartsWith(Close, StringComparison.Ordinal));
                rest = rest.Length == 0 ? rest : rest.TrimStart('\n')[Close.Length..];
            }

            Assert.InRange(calls, 0, most);
            Assert.True(calls == 0 || rest.Length == 0);
        },
        iter: 300);

    [Fact]
    public void A_mark_that_is_no_text_is_drawn_where_a_call_may_begin()
    {
        byte[][] tokens = [[], [], "so"u8.ToArray(), "[{\"name\":\"time\",\"arguments\":{}}]"u8.ToArray()];
        var mask = new TokenMask(
            CallGrammar.Parse(Form("listed", "[TOOL_CALLS]", null, 2)).Grammar,
            Trie(tokens),
            token => token == 1 ? "[TOOL_CALLS]"u8.ToArray() : tokens[token],
            ends: [0],
            marks: [1]);

        Assert.Equal([0, 1, 2, 3], Drawable(mask, tokens.Length));
        Assert.True(mask.Take(2));
        Assert.True(mask.Take(1));
        Assert.Equal([3], Drawable(mask, tokens.Length));
        Assert.True(mask.Take(3));
        Assert.Equal([0], Drawable(mask, tokens.Length));
    }

    /// <summary>What stands behind a call, which is one of the tools'.</summary>
    private static string AfterCall(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes, isFinalBlock: true, default);
        Assert.True(JsonDocument.TryParseValue(ref reader, out var document));

        using (document)
        {
            var call = document.RootElement;
            Assert.Equal(
                ["name", "arguments"], call.EnumerateObject().Select(one => one.Name), StringComparer.Ordinal);
            var arguments = call.GetProperty("arguments");
            Assert.True(call.GetProperty("name").GetString() switch
            {
                "rain" => arguments.EnumerateObject().Single() is { Name: "city", Value.ValueKind: JsonValueKind.String },
                "time" => !arguments.EnumerateObject().Any(),
                _ => false,
            });
        }

        return Encoding.UTF8.GetString(bytes.AsSpan((int)reader.BytesConsumed));
    }

    private static string Marked(int most, string text = "true") => Form("marked", Open, Close, most, text);

    private static string Form(string form, string? open, string? close, int most, string text = "true") =>
        new JsonObject
        {
            ["form"] = form,
            ["open"] = open,
            ["close"] = close,
            ["arguments"] = "arguments",
            ["most"] = most,
            ["text"] = JsonNode.Parse(text),
            ["tools"] = JsonNode.Parse("""
                [
                  {"name":"rain","arguments":{"type":"object","properties":{"city":{"$ref":"#/$defs/city"}},
                    "required":["city"],"$defs":{"city":{"type":"string"}}}},
                  {"name":"time","arguments":{"type":"object","properties":{}}}
                ]
                """),
        }.ToJsonString();

    private static int[] Drawable(TokenMask mask, int count)
    {
        var logits = new float[count];
        mask.Apply(logits);
        return [.. Enumerable.Range(0, count).Where(token => logits[token] == 0)];
    }

    /// <summary>Bytes as tokens, marks and parts of marks; draws what is allowed, and likes to call and to close.</summary>
    private static string Write(string form, Random random)
    {
        string[] longer =
        [
            Open, Close, "<tool", "_call>", "call>\n{\"name", "{\"name\":\"rain\"", "time\", \"arg", "uments\":{\"ci",
            "ty\":\"", "\"}}", "}}", "</tool", "so ", ">{\"",
        ];
        byte[][] tokens =
        [
            [],
            .. Enumerable.Range(1, 127).Select(one => new[] { (byte)one }),
            .. longer.Select(Encoding.UTF8.GetBytes),
        ];
        var mask = new TokenMask(
            CallGrammar.Parse(form).Grammar, Trie(tokens), token => tokens[token], ends: [0], marks: []);
        var bytes = new List<byte>();
        var isClosing = false;

        while (true)
        {
            var logits = tokens.Select((_, token) => random.NextSingle() + (token > 127 ? 0.5f : 0)
                + (token == '"' || token == '}' ? 0.4f : 0) + (token == 0 && isClosing ? 5 : 0)).ToArray();
            mask.Apply(logits);
            var drawn = Array.IndexOf(logits, logits.Max());

            if (drawn == 0)
            {
                return Encoding.UTF8.GetString([.. bytes]);
            }

            Assert.True(mask.Take(drawn));
            bytes.AddRange(tokens[drawn]);
            isClosing = bytes.Count > 40;
        }
    }

    private static TokenTrie Trie(byte[][] tokens) =>
        new([.. tokens.Select(token => new ReadOnlyMemory<byte>(token))]);

    private static bool IsWhole(string form, string text) =>
        GrammarTexts.IsWhole(CallGrammar.Parse(form).Grammar, text);
}
