using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Agent.Protocol;

namespace Marketplace.Api.Tests.Inference.OpenAi;

/// <summary>Prompts of token ids, and gaps that models of code fill.</summary>
public sealed class TokenPromptTests(TestMarket market)
{
    private const string Route = "/v1/completions";
    private const int A = 3 + 'a';

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Token_ids_go_to_the_rig_as_they_stand_and_are_what_is_paid_for()
    {
        const string Region = "tp-one";
        var (_, rig) = await TestRig.Start(market, Region);
        await using var _ = rig;
        await rig.OfferTokens();
        var (renter, model) = (await market.NewRenter(), await TinyModel.Register(market));

        // No text is cut into these: the begin token stands twice, and a word is written in bytes.
        int[] ids = [1, 1, A, A + 1, 259];
        var asked = renter.Post(Route, new { model = model.Name, prompt = ids, max_tokens = 2, echo = true, marketplace = new { region = Region } });
        var order = await rig.LeaseSome();
        Assert.Equal(ids, order.Text!.PromptTokens!);
        await rig.DeliverSigned(order, " x", " x");
        var answer = await asked;

        Assert.Equal("ab w259 x", answer.At("choices")[0].Text("text"));
        Assert.Equal(5, answer.At("usage.prompt_tokens").GetInt32());
        var job = await renter.Get($"/v1/jobs/{order.Work}");
        Assert.Equal("ab w259", job.Text("prompt"));
        Assert.Equal(ids, job.At("promptIds").EnumerateArray().Select(id => id.GetInt32()));
        var receipt = await renter.Get($"/v1/receipts/{job.Text("receipt")}");
        Assert.Equal(
            MarketClient.Hash([.. System.Text.Encoding.UTF8.GetBytes($"[{string.Join(',', ids)}]")]),
            receipt.Text("inputSha256"));
    }

    [Fact]
    public async Task Lists_of_ids_are_prompts_of_their_own_and_a_rig_that_knows_no_ids_gets_none()
    {
        const string Region = "tp-two";
        var (_, old) = await TestRig.Start(market, Region);
        await using var _ = old;
        var (renter, model) = (await market.NewRenter(), await TinyModel.Register(market));

        var asked = renter.Post(
            Route,
            new { model = model.Name, prompt = new int[][] { [1, A], [1, A + 1] }, max_tokens = 2, marketplace = new { region = Region } });
        var (_, rig) = await TestRig.Start(market, Region);
        await using var __ = rig;
        await rig.OfferTokens();
        WorkOrderMessage[] orders = [await rig.LeaseSome(), await rig.LeaseSome()];
        Assert.Null(await old.Lease());

        foreach (var order in orders)
        {
            await rig.DeliverText(order, $" {order.Text!.PromptTokens![1]}");
        }

        Assert.Equal(
            [$" {A}", $" {A + 1}"],
            (await asked).At("choices").EnumerateArray().Select(choice => choice.Text("text")),
            StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("[1,264]", "prompt[1]", "264")]
    [InlineData("[[1],[1,97,300]]", "prompt[1][2]", "0 to 263")]
    public async Task An_id_that_the_model_does_not_know_is_named(string prompt, string place, string told)
    {
        var (renter, model) = (await market.NewRenter(), await TinyModel.Register(market));
        var error = await Refused(renter, $$"""{"model":"{{model.Name}}","prompt":{{prompt}}}""");

        Assert.Equal(place, error.Text("param"));
        Assert.Contains(told, error.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_ids_than_the_context_holds_are_refused_with_both_numbers()
    {
        var (renter, model) = (await market.NewRenter(), await TinyModel.Register(market));
        var ids = string.Join(',', Enumerable.Repeat(A, 600));
        var error = await Refused(renter, $$"""{"model":"{{model.Name}}","prompt":[{{ids}}]}""");

        Assert.Equal("context_length_exceeded", error.Text("code"));
        Assert.Contains("holds 512 tokens, and prompt make 600", error.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gap_is_written_between_the_models_own_tokens_and_refused_where_it_has_none()
    {
        const string Region = "tp-gap";
        var (_, rig) = await TestRig.Start(market, Region);
        await using var _ = rig;
        var renter = await market.NewRenter();
        var coder = await TinyModel.Register(
            market, "{{ messages[0].content }}", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>");
        var gap = new { model = coder.Name, prompt = "def f(", suffix = "): pass", max_tokens = 2, marketplace = new { region = Region } };

        var asked = renter.Post(Route, gap);
        var order = await rig.LeaseSome();
        Assert.Equal("<|fim_prefix|>def f(<|fim_suffix|>): pass<|fim_middle|>", order.Text!.Prompt);
        Assert.Equal(3, coder.Encode(order.Text.Prompt).Count(id => id >= coder.Vocabulary - 3));
        await rig.DeliverText(order, "x");
        Assert.Equal("x", (await asked).At("choices")[0].Text("text"));

        var plain = await TinyModel.Register(market);
        var error = await Refused(renter, $$"""{"model":"{{plain.Name}}","prompt":"a","suffix":"b"}""");
        Assert.Equal("suffix", error.Text("param"));
    }

    /// <summary>
    /// CodeLlama's and Codestral's tokenizers put a space before a text: not before what stands behind a gap.
    /// </summary>
    [Theory]
    [InlineData("tp-code1", new[] { "\u2581<PRE>", "\u2581<SUF>", "\u2581<MID>" }, "\u2581<PRE>ab\u2581<SUF>) x\u2581<MID>")]
    [InlineData("tp-code2", new[] { "[PREFIX]", "[SUFFIX]", "[MIDDLE]" }, "[SUFFIX]) x[PREFIX]ab")]
    public async Task A_gap_that_is_cut_in_parts_goes_to_the_rig_as_their_ids(string region, string[] marks, string shown)
    {
        var (_, rig) = await TestRig.Start(market, region);
        await using var _ = rig;
        await rig.OfferTokens();
        var renter = await market.NewRenter();
        var coder = await TinyModel.Register(market, "{{ messages[0].content }}", marks);
        var first = coder.Vocabulary - 3;

        // A space is no letter of this vocabulary, and written as the three bytes of its mark.
        int[] space = [3 + 0xe2, 3 + 0x96, 3 + 0x81];
        int[] before = [first, .. space, A, A + 1];
        int[] behind = [first + 1, 3 + ')', .. space, 3 + 'x'];
        int[] expected = marks[0] == "[PREFIX]" ? [1, .. behind, .. before] : [1, .. before, .. behind, first + 2];

        var asked = renter.Post(
            Route,
            new { model = coder.Name, prompt = "ab", suffix = ") x", max_tokens = 2, marketplace = new { region } });
        var order = await rig.LeaseSome();
        Assert.Equal(expected, order.Text!.PromptTokens!);
        await rig.DeliverText(order, "x");
        Assert.Equal("x", (await asked).At("choices")[0].Text("text"));
        Assert.Equal(shown, (await renter.Get($"/v1/jobs/{order.Work}")).Text("prompt"));
    }

    private static async Task<JsonElement> Refused(MarketClient renter, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await renter.Send(HttpMethod.Post, Route, content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("error");
    }
}
