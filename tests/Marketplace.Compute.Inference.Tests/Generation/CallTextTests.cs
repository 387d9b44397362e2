using System.Text.Json;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Grammars;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Verification;

namespace Marketplace.Compute.Inference.Tests.Generation;

/// <summary>Texts that hold calls, by whole engines.</summary>
public sealed class CallTextTests
{
    private const string Tools = """
        "tools":[{"name":"rain","arguments":{"type":"object","properties":{"city":{"type":"string","maxLength":9},
          "days":{"enum":[1,2,3]}},"required":["city","days"],"additionalProperties":false}}]
        """;

    private const string Marked = """
        {"form":"marked","open":"<tool_call>","close":"</tool_call>","arguments":"arguments","most":3,"text":false,
        """ + Tools + "}";

    private const string Listed =
        """{"form":"listed","open":"[TOOL_CALLS]","arguments":"arguments","most":1,"text":true,""" + Tools + "}";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A model that knows nothing of calls writes them where they are demanded.</summary>
    [Fact]
    public void A_story_model_writes_calls_of_the_schema_where_they_are_demanded()
    {
        using var model = LlamaModel.Open(SharedModels.Stories260K);
        using var device = new HostDevice(1);
        using var engine = new InferenceEngine(model, device);

        for (var seed = 0UL; seed < 5; seed++)
        {
            using var text = engine.Begin(new("Rain in Bern?", 400, 1, seed, []) { Calls = CallGrammar.Parse(Marked) });
            var all = string.Concat(text.Tokens(Cancel).Select(token => token.Text));
            Assert.Equal(FinishReason.Stop, text.Finish);
            var calls = all.Split("<tool_call>");
            Assert.InRange(calls.Length, 1, 3);

            foreach (var call in calls)
            {
                using var json = JsonDocument.Parse(call.Replace("</tool_call>", "", StringComparison.Ordinal));
                var arguments = json.RootElement.GetProperty("arguments");
                Assert.Equal("rain", json.RootElement.GetProperty("name").GetString());
                Assert.Equal(
                    ["city", "days"], arguments.EnumerateObject().Select(one => one.Name), StringComparer.Ordinal);
                Assert.InRange(arguments.GetProperty("days").GetInt32(), 1, 3);
            }
        }
    }

    /// <summary>As Mistral's: to its tokenizer the mark is no text, and a free text would not show it.</summary>
    [Fact]
    public void A_mark_that_is_a_control_token_is_text_where_it_marks_calls()
    {
        var file = Path.GetTempFileName();

        try
        {
            using (var stream = File.Create(file))
            {
                RandomLlama.WriteChat(stream, RandomLlama.ShapeTiny, 3, "", ["[TOOL_CALLS]"]);
            }

            using var model = LlamaModel.Open(file);
            using var device = new HostDevice(1);
            using var engine = new InferenceEngine(model, device);
            var mark = model.Shape.Vocabulary - 1;
            var request = new GenerationRequest("abc", 40, 0, 1, [])
            {
                Calls = CallGrammar.Parse(Listed),
                Filters = new() { Bias = new Dictionary<int, float> { [mark] = 1_000 } },
                Claims = true,
            };
            using var text = engine.Begin(request);
            var tokens = text.Tokens(Cancel).ToList();

            Assert.Equal(mark, tokens[0].Id);
            Assert.Single(tokens, token => token.Id == mark);
            Assert.Matches("""^\[TOOL_CALLS\] ?\[\{"name": ?"rain", ?"arg""", string.Concat(tokens.Select(token => token.Text)));

            // The same for whoever checks it.
            var claimed = new ClaimedText(
                [.. tokens.Select(token => (token.Id, token.Text))],
                [.. tokens.Select(token => token.Claim!)],
                FinishReason.Length);
            var finding = TextCheck.Run(engine, request, claimed, 1e-4);
            Assert.Null(finding.Fault);
            Assert.All(finding.Claimed, one => Assert.Equal((0d, false), (one.Margin, one.IsOutside)));
            Assert.Equal(
                TextFault.OtherTokens, TextCheck.Run(engine, request with { Calls = null }, claimed, 1e-4).Fault);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
