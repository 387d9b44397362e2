using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Marketplace.Agent.Protocol;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Verification;
using Marketplace.Testing.Verification;

namespace Marketplace.Api.Tests.Verification;

/// <summary>
/// Rigs that commit to their texts over the real wire. Every text of a new device is computed again by the host, with
/// the real engine: honest ones are paid for, and the others are found out and cost nothing.
/// </summary>
public sealed class ProofOfLogitsTests(TestMarket market)
{
    private const int Tokens = 24;

    private static readonly TextMachine True = new(seed: 1);
    private static readonly TextMachine Other = new(seed: 2);

    /// <summary>How a rig cheats, and what the platform calls it.</summary>
    public static TheoryData<string, string> Cheats => new()
    {
        { "other-model", LogitVerdict.OtherLogits },
        { "other-prompt", LogitVerdict.OtherLogits },
        { "other-seed", LogitVerdict.OtherTokens },
        { "one-token", LogitVerdict.OtherTokens },
        { "drafted", LogitVerdict.OtherTokens },
        { "early-stop", LogitVerdict.OtherTokens },
        { "cut-short", LogitVerdict.OtherEnd },
        { "other-letters", LogitVerdict.OtherTokens },
        { "other-claims", LogitVerdict.OtherTokens },
        { "empty-claims", LogitVerdict.OtherLogits },
        { "replay", LogitVerdict.OtherHeader },
        { "other-model-named", LogitVerdict.OtherHeader },
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(1.5, 3)]
    public async Task An_honest_text_is_computed_again_and_paid_for(double temperature, int seed)
    {
        var region = $"pol-h{seed}";
        var (provider, rig) = await TestRig.Start(market, region);
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await Model();

        // The end of a text falls where it falls: some end themselves.
        for (var number = 0; number < 4; number++)
        {
            var job = await renter.Post(
                "/v1/jobs",
                new { model, prompt = $"abc {number}", maxTokens = Tokens, region, temperature, seed = (seed * 100) + number });
            var order = await rig.LeaseSome();
            var made = True.Make(order.Text!);

            Assert.Equal(DeliverReply.Accepted, await rig.Commit(order, made, True.HeaderOf(order, rig.PublicKey)));

            var done = await renter.UntilState($"/v1/jobs/{job.Text("id")}", "succeeded");
            Assert.Equal("passed", done.Text("verification.verdict"));
            Assert.Equal(1, done.At("verification.rate").GetDouble());
            Assert.Equal(made.Claims.Count, done.At("verification.positions").GetInt32());
            Assert.InRange(done.At("verification.drift").GetDouble(), 0, 1e-5);

            if (done.At("receipt").ValueKind != JsonValueKind.Null)
            {
                await AssertReceipt(renter, done);
            }
        }

        Assert.True(Usdc.Parse((await provider.Get("/v1/provider/earnings")).Text("payable")) > Usdc.Zero);
    }

    /// <summary>Each text of an answer has its own check, which binds exactly the ids that were sent.</summary>
    [Fact]
    public async Task Honest_texts_of_token_ids_and_of_several_choices_stand_and_others_ids_do_not()
    {
        const string Region = "pol-ids";
        var (_, rig) = await TestRig.Start(market, Region);
        await using var _ = rig;
        await rig.OfferTokens();
        var (renter, model) = (await market.NewRenter(), await Model());

        // What these spell would be cut into other tokens: the begin token once, and bytes in one word.
        int[] ids = [1, 1, 3 + ' ', 3 + 'w', 3 + '2', 3 + '5', 3 + '9'];
        var body = new
        {
            model,
            prompt = ids,
            n = 2,
            max_tokens = Tokens,
            temperature = 1,
            seed = 5,
            marketplace = new { region = Region },
        };
        var asked = renter.Post("/v1/completions", body);

        for (var number = 0; number < 2; number++)
        {
            var order = await rig.LeaseSome();
            Assert.Equal(ids, order.Text!.PromptTokens!);
            var made = True.Make(order.Text);
            await rig.Commit(order, made, True.HeaderOf(order, rig.PublicKey));
        }

        var texts = (await asked).At("marketplace.texts");
        Assert.Equal(2, texts.GetArrayLength());
        Assert.All(texts.EnumerateArray(), text => Assert.Equal("passed", text.Text("verification")));

        // One that reads the text that they spell instead has bound itself to another prompt.
        var cheated = renter.Send(HttpMethod.Post, "/v1/completions", JsonContent.Create(body with { n = 1 }));
        var given = await rig.LeaseSome();
        var read = given with { Text = given.Text! with { PromptTokens = null, Prompt = " w259" } };
        await rig.Commit(read, True.Make(read.Text!), True.HeaderOf(read, rig.PublicKey));

        using var refused = await cheated;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        var done = await renter.UntilState($"/v1/jobs/{given.Work}", "failed");
        Assert.Equal(LogitVerdict.OtherHeader, done.Text("verification.cause"));
    }

    [Fact]
    public async Task A_renter_has_its_text_checked_whatever_the_device_has_earned()
    {
        const string Region = "pol-always";
        var (_, rig) = await TestRig.Start(market, Region);
        await using var _ = rig;
        var (renter, model) = (await market.NewRenter(), await Model());
        JsonElement done = default;

        // At this ask ten texts earn all the trust there is to begin with.
        for (var number = 0; number < 12; number++)
        {
            var verification = number == 11 ? "always" : "sampled";
            await renter.Post(
                "/v1/jobs", new { model, prompt = $"a {number}", maxTokens = 8, region = Region, temperature = 1, verification });
            var order = await rig.LeaseSome();
            await rig.Commit(order, True.Make(order.Text!), True.HeaderOf(order, rig.PublicKey));
            done = await renter.UntilState($"/v1/jobs/{order.Work}", "succeeded");
        }

        Assert.Equal(1, done.At("verification.rate").GetDouble());
        Assert.Equal("passed", done.Text("verification.verdict"));
    }

    [Theory]
    [MemberData(nameof(Cheats))]
    public async Task A_rig_that_cheats_earns_nothing_and_the_renter_gets_everything_back(string cheat, string cause)
    {
        var region = $"pol-{Math.Abs(cheat.GetHashCode(StringComparison.Ordinal)) % 100_000}";
        var (provider, rig) = await TestRig.Start(market, region);
        await using var _ = rig;
        var renter = await market.NewRenter();
        var job = await renter.Post(
            "/v1/jobs",
            new { model = await Model(), prompt = "abc", maxTokens = Tokens, region, temperature = 1, seed = 7 });
        var order = await rig.LeaseSome();
        var (made, header) = Cheat(cheat, order, rig);

        Assert.Equal(DeliverReply.Accepted, await rig.Commit(order, made, header));

        var done = await renter.UntilState($"/v1/jobs/{job.Text("id")}", "failed");
        Assert.Equal("failed", done.Text("verification.verdict"));
        Assert.Equal(cause, done.Text("verification.cause"));
        Assert.Equal("failed-audit", done.Text("ending.code"));
        Assert.Equal("0.000000", done.Text("charged"));
        Assert.Equal(JsonValueKind.Null, done.At("receipt").ValueKind);
        Assert.Equal("10.000000", (await renter.Get("/v1/balance")).Text("promo"));
        Assert.Equal("0.000000", (await provider.Get("/v1/provider/earnings")).Text("payable"));
        var device = await provider.Get($"/v1/provider/devices/{rig.Device}");
        Assert.Equal(1, device.At("failedAudits").GetInt32());
    }

    /// <summary>Cheats that are a matter of numbers: a second rig of another owner has to find the same.</summary>
    [Theory]
    [InlineData("other-model", LogitVerdict.OtherLogits)]
    [InlineData("one-token", LogitVerdict.OtherTokens)]
    public async Task A_second_rig_computes_a_doubted_text_again_before_anybody_is_punished(string cheat, string cause)
    {
        var region = cheat == "one-token" ? "pol-op1" : "pol-op2";
        var (_, cheater) = await TestRig.Start(market, region);
        await using var one = cheater;
        var renter = await market.NewRenter();
        var job = await renter.Post(
            "/v1/jobs",
            new { model = await Model(), prompt = "abc", maxTokens = Tokens, region, temperature = 1, seed = 7 });
        var order = await cheater.LeaseSome();
        var (nonsense, liar) = await TestRig.Start(market, region);
        await using var two = liar;
        var (second, honest) = await TestRig.Start(market, region);
        await using var three = honest;
        await liar.OfferAudits();
        var (made, header) = Cheat(cheat, order, cheater);
        await cheater.Commit(order, made, header);

        using var third = new TextMachine(seed: 3);

        // The first that is asked signs something else than it delivers, and then has measured another model.
        var asked = await liar.LeaseSome();
        Assert.Equal(made.Claims.Select(claim => claim.Token), asked.Audit!.Tokens);
        Assert.Empty(asked.Audit.Text.Prefix);
        Assert.Equal(DeliverReply.Refused, await liar.DeliverAudit(asked, True.Measure(asked.Audit), [1]));
        Assert.Equal(DeliverReply.Accepted, await liar.DeliverAudit(asked, third.Measure(asked.Audit)));

        // The reply was lost: it says it again.
        Assert.Equal(DeliverReply.Accepted, await liar.DeliverAudit(asked, third.Measure(asked.Audit)));
        Assert.Equal("pending", (await renter.Get($"/v1/jobs/{job.Text("id")}")).Text("verification.verdict"));

        await honest.OfferAudits();
        var again = await honest.LeaseSome();
        Assert.NotEqual(asked.Attempt, again.Attempt, StringComparer.Ordinal);
        Assert.Equal(DeliverReply.Accepted, await honest.DeliverAudit(again, True.Measure(again.Audit!)));

        var done = await renter.UntilState($"/v1/jobs/{job.Text("id")}", "failed");
        Assert.Equal(cause, done.Text("verification.cause"));
        Assert.Equal("0.000000", done.Text("charged"));
        Assert.Equal(0, (await second.Get($"/v1/provider/devices/{honest.Device}")).At("failedAudits").GetInt32());
        Assert.Equal(0, (await nonsense.Get($"/v1/provider/devices/{liar.Device}")).At("failedAudits").GetInt32());
    }

    /// <summary>A convicted provider sees why, offline; so do its renter and administrators, and nobody else.</summary>
    [Theory]
    [InlineData("other-model", LogitVerdict.OtherLogits, null)]
    [InlineData("cut-short", LogitVerdict.OtherEnd, "and there is room for 24")]
    [InlineData("other-model-named", LogitVerdict.OtherHeader, "another header")]
    public async Task A_provider_can_follow_the_verdict_against_it_without_asking_anybody(
        string cheat, string cause, string? shown)
    {
        var region = cheat switch { "cut-short" => "pol-f1", "other-model" => "pol-f2", _ => "pol-f4" };
        var (provider, rig) = await TestRig.Start(market, region);
        await using var _ = rig;
        var renter = await market.NewRenter();
        var job = await renter.Post(
            "/v1/jobs",
            new { model = await Model(), prompt = "abc", maxTokens = Tokens, region, temperature = 1, seed = 7 });
        var order = await rig.LeaseSome();
        var (made, header) = Cheat(cheat, order, rig);
        await rig.Commit(order, made, header);
        var done = await renter.UntilState($"/v1/jobs/{job.Text("id")}", "failed");

        var list = await provider.Get($"/v1/devices/{rig.Device}/findings");
        var listed = Assert.Single(list.At("data").EnumerateArray());
        Assert.Equal(("kept", cause), (listed.Text("state"), listed.Text("detail.cause")));
        var path = $"/v1/devices/{rig.Device}/findings/{listed.Text("id")}";
        var file = await provider.Http.GetStringAsync(path, Cancel);
        var keys = ReceiptKeys.Parse(await provider.Http.GetStringAsync("/v1/receipt-keys", Cancel));
        var holds = Assert.IsType<FindingVerdict.Holds>(new FindingCheck(keys, SignedReceipts.Verify).Verify(file));
        Assert.Equal((job.Text("id"), rig.Device, cause, true), (holds.Work, holds.Device, holds.Cause, holds.IsSigned));
        Assert.Equal(made.Claims.Count, holds.Tokens);
        Assert.Equal(cheat == "other-model" ? 1 : 0, holds.Measured.Count);
        Assert.All(holds.Measured, one => Assert.Equal(cause, one.Cause));
        Assert.Equal(shown is not null, holds.Shown?.Contains(shown!, StringComparison.Ordinal) == true);
        Assert.DoesNotContain("prompt\"", file, StringComparison.Ordinal);

        var seen = await renter.Get($"/v1/jobs/{job.Text("id")}/verification");
        Assert.Equal(done.Text("verification.root"), seen.Text("verification.root"));
        Assert.Equal(listed.Text("id"), Assert.Single(seen.At("findings").EnumerateArray()).GetString());
        Assert.Equal(file, await renter.Http.GetStringAsync(
            $"/v1/jobs/{job.Text("id")}/findings/{listed.Text("id")}", Cancel));
        Assert.Equal(file, await market.Admin.Http.GetStringAsync(path, Cancel));

        var (other, otherRig) = await TestRig.Start(market, "pol-f3");
        await using var two = otherRig;
        await AssertUnseen(other, path);
        await AssertUnseen(other, $"/v1/devices/{rig.Device}/findings");
        await AssertUnseen(other, $"/v1/devices/{otherRig.Device}/findings/{listed.Text("id")}");
        await AssertUnseen(await market.NewRenter(), $"/v1/jobs/{job.Text("id")}/findings/{listed.Text("id")}");
    }

    private static async Task AssertUnseen(MarketClient who, string path) =>
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await who.Refused(HttpMethod.Get, path)).Status);

    private static (TextMachine.MadeText Made, LogitHeader Header) Cheat(string cheat, WorkOrderMessage order, TestRig rig)
    {
        var text = order.Text!;
        var request = TextMachine.RequestOf(text);
        var honest = True.Make(text);
        var header = True.HeaderOf(order, rig.PublicKey);

        return cheat switch
        {
            "other-model" => (Other.Make(text), header),
            "other-prompt" => (True.Make(request with { Prompt = "abd" }), header),
            "other-seed" => (True.Make(request with { Seed = 8 }), header),
            "one-token" => (OneToken(request, honest), header),
            "drafted" => (Drafted(request), header),
            "early-stop" => (EarlyStop(honest), header),
            "cut-short" => (honest with { Tokens = [.. honest.Tokens.Take(9)], Claims = [.. honest.Claims.Take(9)] }, header),
            "other-letters" => (honest with { Tokens = [.. honest.Tokens.Select(one => one with { Text = "!" })] }, header),
            "other-claims" => (honest with { Claims = [.. honest.Claims.Skip(1), honest.Claims[0]] }, header),
            "empty-claims" => (honest with { Claims = [.. honest.Claims.Select(one => one with { Top = [] })] }, header),
            "replay" => (honest, header with { Work = "job_01j9zq8k3v7r2m5x4c6b8n0t1w" }),
            "other-model-named" => (Other.Make(text), header with { Model = new string('0', 64) }),
            _ => throw new ArgumentOutOfRangeException(nameof(cheat)),
        };
    }

    /// <summary>The second best in one place, and true claims of what follows from it.</summary>
    private static TextMachine.MadeText OneToken(GenerationRequest request, TextMachine.MadeText honest)
    {
        const int At = 5;
        var claim = honest.Claims[At];
        var other = claim.Top.Select(one => one.Token).First(token => token != claim.Token && token > 2);
        var changed = honest with
        {
            Tokens = [.. honest.Tokens.Select((one, at) => at == At ? new(other, True.TextOf(other)) : one)],
            Claims = [.. honest.Claims.Select((one, at) => at == At ? one with { Token = other } : one)],
        };
        return changed with { Claims = True.ClaimsOf(request, changed) };
    }

    /// <summary>Another model's tokens, with the claims that the true one would make of them.</summary>
    private static TextMachine.MadeText Drafted(GenerationRequest request)
    {
        var drafted = Other.Make(request);
        return drafted with { Claims = True.ClaimsOf(request, drafted) };
    }

    /// <summary>The end mark where another token was drawn.</summary>
    private static TextMachine.MadeText EarlyStop(TextMachine.MadeText honest) => new(
        [.. honest.Tokens.Take(9)], [.. honest.Claims.Take(9), honest.Claims[9] with { Token = True.End }], "stop");

    private static async Task AssertReceipt(MarketClient renter, JsonElement done)
    {
        var receipt = await renter.Get($"/v1/receipts/{done.Text("receipt")}");
        Assert.Equal("passed", receipt.Text("verdict"));
        Assert.Equal(done.Text("verification.root"), receipt.Text("audit.root"));
        Assert.Equal(receipt.Text("audit.root"), receipt.At("results")[0].Text("logits"));
        Assert.Equal(1_000_000, receipt.At("audit.ratePpm").GetInt32());
    }

    private async Task<string> Model()
    {
        var name = $"pol-{Guid.NewGuid():n}";
        await market.Admin.Post("/v1/models", new { name, sha256 = await market.Admin.Upload(True.Bytes) });
        return name;
    }
}
