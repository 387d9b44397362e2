using System.Text.Json.Nodes;
using CsCheck;
using Marketplace.Api.Inference.OpenAi;

namespace Marketplace.Api.Tests.Inference.OpenAi;

/// <summary>Prose and calls of texts that were held to a form.</summary>
public sealed class HeldTextTests
{
    private const string Rain = """{"name":"rain","arguments":{"city":"Bern"}}""";
    private const string Time = """{"name": "time", "arguments": {}}""";

    [Theory]
    [InlineData("marked", "true", "It rains.", "It rains.", "")]
    [InlineData("marked", "true", "a <tool_cal", "a <tool_cal", "")]
    [InlineData("marked", "true", "{\"name\":\"time\"}", "{\"name\":\"time\"}", "")]
    [InlineData("marked", "true", "So.\n<tool_call>\n" + Rain + "\n</tool_call>\n<tool_call>" + Time, "So.", "rain {\"city\":\"Bern\"}|time {}")]
    [InlineData("marked", "true", "<tool_call>" + Rain + "</tool_call>", "", "rain {\"city\":\"Bern\"}")]
    [InlineData("marked", "true", "<tool_call>{\"name\":\"rain\",\"arguments\":{\"city\":\"</tool_call>\\\"}\"}}</tool_call><tool_call>" + Time, "", "rain {\"city\":\"</tool_call>\\\"}\"}|time {}")]
    [InlineData("marked", "true", "<tool_call>{\"name\":\"rain\",\"arguments\":{\"ci", "", "rain {\"ci")]
    [InlineData("marked", "true", "so <tool_call>{\"na", "so <tool_call>{\"na", "")]
    [InlineData("marked", "true", "so <tool_call>{\"name\":\"nobody\",\"arguments\":{}}", "so <tool_call>{\"name\":\"nobody\",\"arguments\":{}}", "")]
    [InlineData("marked", "true", "<tool_call>" + Time + "</tool_call><tool_call>" + Time + "</tool_call><tool_call>" + Time, "", "time {}|time {}")]
    [InlineData("marked", "false", Rain + "\n</tool_call>\n<tool_call>\n" + Time + "\n</tool_call>", "", "rain {\"city\":\"Bern\"}|time {}")]
    [InlineData("marked", "false", "so", "so", "")]
    [InlineData("marked", "{}", "{\"n\":\"<tool_call>\"}", "{\"n\":\"<tool_call>\"}", "")]
    [InlineData("marked", "{}", "<tool_call>" + Time, "", "time {}")]
    [InlineData("marked", "{}", "<tool", "<tool", "")]
    [InlineData("listed", "true", "so[TOOL_CALLS] [" + Rain + ", " + Time + "]", "so", "rain {\"city\":\"Bern\"}|time {}")]
    [InlineData("listed", "true", "[" + Time + "]", "[" + Time + "]", "")]
    [InlineData("listed", "false", Rain + "," + Time + "]", "", "rain {\"city\":\"Bern\"}|time {}")]
    [InlineData("bare", "true", Time, "", "time {}")]
    [InlineData("bare", "true", " [ {\"type\": \"function\", \"name\": \"time\", \"arguments\": {}}," + Rain + "]", "", "time {}|rain {\"city\":\"Bern\"}")]
    [InlineData("bare", "true", "{\"n\":1}", "{\"n\":1}", "")]
    [InlineData("bare", "true", "{\"na", "{\"na", "")]
    [InlineData("bare", "false", "[" + Time + "," + Time + "]", "", "time {}|time {}")]
    public void A_text_is_parted_the_same_whole_and_in_pieces(
        string form, string text, string made, string prose, string calls)
    {
        var held = Form(form, text);
        Assert.Equal((prose, calls), Read(HeldText.Of(held, "call_", made)));

        Gen.Int[1, 7].Array[1, 30].Sample(
            sizes =>
            {
                var read = new HeldText(held);
                var (said, pieces) = (string.Empty, new List<CallPiece>());

                for (var (at, part) = (0, 0); at < made.Length; part++)
                {
                    var size = Math.Min(sizes[part % sizes.Length], made.Length - at);
                    var (more, news) = read.Add(made[at..(at + size)]);
                    (said, at) = (said + more, at + size);
                    pieces.AddRange(news);
                }

                said += read.End();
                Assert.Equal(prose, read.HasCalls ? said.TrimEnd() : said);
                Assert.Equal(calls, string.Join('|', pieces.GroupBy(piece => piece.Number)
                    .Select(call => $"{call.First().Name} {string.Concat(call.Select(piece => piece.Arguments))}")));
                Assert.All(pieces.GroupBy(piece => piece.Number), call => Assert.Single(call, one => one.Name is not null));
            },
            iter: 30,
            threads: 1);
    }

    /// <summary>A device may write what it likes until it is checked, blanks without end too.</summary>
    [Theory]
    [InlineData("bare", "")]
    [InlineData("bare", "{\"name\":\"no one\"")]
    [InlineData("listed", "[{\"name\":\"no one\"")]
    [InlineData("marked", "{\"name\":\"no one\"")]
    public void Blanks_without_end_are_prose_and_soon_read(string form, string behind)
    {
        var open = form switch { "marked" => "<tool_call>", "listed" => "[TOOL_CALLS]", _ => "" };
        var made = open + new string(' ', 1_000_000) + behind;

        Assert.Equal((made, ""), Read(HeldText.Of(Form(form, "true"), "call_", made)));

        var read = new HeldText(Form(form, "true"));
        var said = string.Concat(made.Chunk(1_000).Select(part => read.Add(new(part)).Prose));
        Assert.Equal(made, said + read.End());
    }

    private static (string, string) Read((string Prose, IReadOnlyList<ToolCall> Calls) of) => (
        of.Prose, string.Join('|', of.Calls.Select(call => $"{call.Function.Name} {call.Function.Arguments}")));

    private static string Form(string form, string text) => new JsonObject
    {
        ["form"] = form,
        ["open"] = form switch { "marked" => "<tool_call>", "listed" => "[TOOL_CALLS]", _ => "" },
        ["close"] = form == "marked" ? "</tool_call>" : "",
        ["arguments"] = "arguments",
        ["most"] = 2,
        ["text"] = JsonNode.Parse(text),
        ["tools"] = JsonNode.Parse("""[{"name":"rain","arguments":{}},{"name":"time","arguments":{}}]"""),
    }.ToJsonString();
}
