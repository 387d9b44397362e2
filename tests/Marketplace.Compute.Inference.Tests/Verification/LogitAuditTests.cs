using CsCheck;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Grammars;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Sampling;
using Marketplace.Compute.Inference.Verification;

namespace Marketplace.Compute.Inference.Tests.Verification;

public sealed class LogitAuditTests : IDisposable
{
    private const double Tolerance = 1e-4;

    private readonly ModelFile _file = new(ModelFile.Tiny(TensorFormat.F32));
    private readonly LlamaModel _model;
    private readonly HostDevice _device = new(2);
    private readonly InferenceEngine _engine;

    public LogitAuditTests()
    {
        _model = LlamaModel.Open(_file.Location);
        _engine = new InferenceEngine(_model, _device);
    }

    public static TheoryData<GenerationRequest> Requests =>
    [
        new GenerationRequest("abc", 90, 0, 7, []),
        new GenerationRequest("abc", 90, 0.8, 7, []),
        new GenerationRequest("", 90, 0.8, 7, []) { PromptTokens = [1, 1, 100, 70, 1, 259] },
        new GenerationRequest("", 90, 1.3, 8, [])
        {
            Filters = new() { TopP = 0.9, TopK = 50, MinP = 0.01, FrequencyPenalty = 0.4, RepetitionPenalty = 1.2 },
        },
        new GenerationRequest("abc", 90, 1, 7, []) { Schema = JsonSchema.Parse("""{"type":"array","minItems":30}""") },
    ];

    [Theory]
    [MemberData(nameof(Requests))]
    public void An_honest_text_agrees_in_every_position(GenerationRequest request)
    {
        var claims = Claims(request);

        var findings = LogitAudit.Check(_engine, request, claims, Tolerance);

        Assert.True(claims.Count > 20);
        Assert.Equal(claims.Count, findings.Count);
        Assert.All(findings, one => Assert.Equal(default, one with { Drift = Math.Round(one.Drift, 9) }));
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void What_is_measured_without_claims_is_what_an_honest_device_claims(GenerationRequest request)
    {
        var claims = Claims(request);
        int[] tokens = [.. claims.Select(claim => claim.Token)];
        var other = claims[7].Top.Select(one => one.Token).First(token => token != claims[7].Token);

        var measured = LogitAudit.Measure(_engine, request, tokens, Tolerance);
        var changed = LogitAudit.Measure(_engine, request, [.. tokens[..7], other], Tolerance);

        Assert.Equal(claims.Count, measured.Count);
        Assert.All(measured.Zip(claims), pair =>
        {
            Assert.Equal(pair.Second.Token, pair.First.Own.Token);
            Assert.Equal(pair.Second.LogSumExp, pair.First.Own.LogSumExp, 1e-5);
            Assert.Equal(0, pair.First.Finding.Margin);
            Assert.False(pair.First.Finding.IsOutside);
        });
        Assert.True(changed[7].Finding.Margin > 0 || changed[7].Finding.IsOutside);
        Assert.Empty(LogitAudit.Measure(_engine, request, [], Tolerance));
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void One_token_that_was_not_drawn_loses_by_its_margin(GenerationRequest request)
    {
        var claims = Claims(request);
        var other = claims[7].Top.Select(one => one.Token).First(token => token != claims[7].Token);
        claims[7] = claims[7] with { Token = other };

        var findings = LogitAudit.Check(_engine, request, claims.Take(8).ToList(), Tolerance);

        Assert.All(findings.Take(7), one => Assert.Equal(0, one.Margin));
        Assert.True(findings[7].Margin > Tolerance || findings[7].IsOutside);
        Assert.InRange(findings[7].Drift, 0, 1e-9);
    }

    [Fact]
    public void Another_prompt_shows_in_the_drift()
    {
        var request = new GenerationRequest("abc", 30, 0.8, 7, []);
        var findings = LogitAudit.Check(_engine, request with { Prompt = "abd" }, Claims(request), Tolerance);

        Assert.True(findings.Average(one => one.Drift) > 0.1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void A_prompt_that_is_told_is_held_to_its_logits_token_by_token(int tokensMax)
    {
        int[] prompt = [1, .. Enumerable.Range(0, 70).Select(at => 40 + (at * 7 % 60))];
        var request = new GenerationRequest("", tokensMax, 0.8, 7, []) { PromptTokens = prompt, TellsPrompt = true };
        var claims = Claims(request);
        int[] tokens = [.. claims.Select(claim => claim.Token)];

        var findings = LogitAudit.Check(_engine, request, claims, Tolerance);
        var measured = LogitAudit.Measure(_engine, request, tokens, Tolerance);

        Assert.InRange(claims.Count, 70 + Math.Min(tokensMax, 1), 70 + tokensMax);
        Assert.Equal(prompt[1..], tokens[..70]);
        Assert.All(findings, one => Assert.Equal(default, one with { Drift = Math.Round(one.Drift, 9) }));
        Assert.All(measured.Zip(claims), pair => Assert.Equal(
            pair.Second.Top.Select(one => (one.Token, Math.Round(one.Value, 9))),
            pair.First.Own.Top.Select(one => (one.Token, Math.Round(one.Value, 9)))));
        Assert.All(measured.Take(70), one => Assert.Equal(default, one.Finding));

        // Its own token's number, and a record that keeps silent of it.
        var at = claims.FindIndex(claim => claim.RankedCount < claim.Top.Count);
        var own = claims[at].Top[^1];
        claims[at] = claims[at] with { Top = [.. claims[at].Top.SkipLast(1), new(own.Token, own.Value + 0.01)] };
        Assert.Equal(0.01, LogitAudit.Check(_engine, request, claims, Tolerance)[at].Drift, 1e-6);
        var other = Enumerable.Range(0, 200).First(token => claims[at].Top.All(one => one.Token != token));
        claims[at] = claims[at] with { Top = [.. claims[at].Top.SkipLast(1), new(other, own.Value)] };
        Assert.Equal(
            double.PositiveInfinity, LogitAudit.Check(_engine, request, claims, Tolerance)[at].Drift);
        Assert.Throws<ArgumentException>(
            () => LogitAudit.Measure(_engine, request, [.. tokens[1..]], Tolerance));
    }

    [Fact]
    public void Of_a_prompts_record_the_own_token_in_the_last_place_says_nothing_of_the_others()
    {
        float[] logits = [5, 4, 3, 2, 1, 0, -1, -2, -3, -90];
        var told = LogitClaim.OfPrompt(logits, 9);

        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 9], told.Top.Select(one => one.Token));
        Assert.Equal((7, 8), (told.RankedCount, LogitClaim.OfPrompt(logits, 2).RankedCount));
        Assert.Equal(0, LogitCheck.OfPrompt(logits, told).Drift, 1e-9);
        var hiding = told with { Top = [.. told.Top.Take(3), new(7, logits[7] - told.LogSumExp), .. told.Top.Skip(4)] };
        Assert.Equal(2 - -2, LogitCheck.OfPrompt(logits, hiding).Drift, 1e-9);
        Assert.True(LogitCheck.OfPrompt([1, float.NaN], LogitClaim.OfPrompt([1, 2], 0)).IsUndefined);
    }

    [Fact]
    public void A_claim_that_hides_a_likely_token_drifts_by_what_it_hides()
    {
        float[] logits = [5, 4, 3, 2, 1, 0, -1, -2, -3];
        var honest = LogitClaim.Of(logits, 0);
        var hiding = honest with { Top = [.. honest.Top.Where(one => one.Token != 1), new(8, logits[8] - honest.LogSumExp)] };

        Assert.Equal(0, Check(honest), 1e-9);
        Assert.Equal(4 - -3, Check(hiding), 1e-9);
        Assert.Equal(double.PositiveInfinity, Check(honest with { Top = [.. honest.Top.Skip(1), new(9, -1)] }));
        Assert.Equal(double.PositiveInfinity, Check(honest with { Top = [] }));
        Assert.Equal(double.PositiveInfinity, Check(honest with { Top = [.. Enumerable.Repeat(honest.Top[0], 8)] }));
        Assert.Equal(double.PositiveInfinity, Check(honest with { Top = [.. honest.Top.Skip(1), new(honest.Top[0].Token, double.NaN)] }));

        double Check(LogitClaim claim) =>
            new LogitCheck(new Sampler(SamplingFilters.None, 0, 0), Tolerance).Next(logits, claim, 0).Drift;
    }

    [Fact]
    public void Tokens_and_claims_that_cannot_be_are_refused()
    {
        var request = new GenerationRequest("abc", 90, 0, 7, []);
        var claims = Claims(request);

        Assert.Empty(LogitAudit.Check(_engine, request, [], Tolerance));
        Assert.Throws<ArgumentException>(
            () => LogitAudit.Check(_engine, request, [claims[0] with { Token = 99_999 }], Tolerance));
        Assert.Throws<ArgumentException>(
            () => LogitAudit.Check(_engine, request, [.. Enumerable.Repeat(claims[0], 600)], Tolerance));
    }

    /// <summary>However honest logits differ within the tolerance, the drawn token is inside and loses by no more.</summary>
    [Fact]
    public void Honest_drift_never_costs_more_than_twice_the_tolerance() =>
        Gen.Select(
            Gen.Int[-400, 400].Select(step => step / 40f).Array[2, 60], Gen.Int, Gen.Double[0.001, 0.2],
            Gen.Select(
                Gen.Int[0, 10], Gen.Double[0, 1], Gen.Double[0, 0.3], Gen.Double[0, 1.5],
                Gen.Int[0, 5].Select(at => ((double[])[1, 1, 0.1, 0.5, 1.3, 8])[at])))
        .Sample((logits, seed, tolerance, settings) =>
        {
            var (topK, topP, minP, temperature, penalty) = settings;
            var filters = new SamplingFilters { TopK = topK, TopP = topP, MinP = minP, RepetitionPenalty = penalty };
            var random = new Random(seed);
            var theirs = logits
                .Select(logit => logit + (float)(((random.NextDouble() * 2) - 1) * tolerance * 0.99))
                .ToArray();
            var token = Sampler().Draw(theirs, 3);

            var (margin, isOutside) = Sampler().Margin(logits, 3, token, tolerance);

            Assert.InRange(margin, 0, 2 * tolerance);
            Assert.False(isOutside);

            Sampler Sampler()
            {
                var sampler = new Sampler(filters, temperature, (ulong)seed);
                sampler.Take(0);
                sampler.Take(1);
                return sampler;
            }
        });

    [Fact]
    public void Logits_that_are_no_numbers_say_nothing_of_a_claim()
    {
        float[] logits = [1, float.NaN, 2];
        var check = new LogitCheck(new Sampler(new() { TopP = 0.5 }, 1, 0), Tolerance);

        Assert.True(check.Next(logits, LogitClaim.Of([1, 2, 3], 0), 0).IsUndefined);
        Assert.True(check.Next(logits, 1, 0).IsUndefined);
    }

    public void Dispose()
    {
        _engine.Dispose();
        _model.Dispose();
        _device.Dispose();
        _file.Dispose();
    }

    private List<LogitClaim> Claims(GenerationRequest request)
    {
        using var text = _engine.Begin(request with { Claims = true });
        var claims = text.Tokens(TestContext.Current.CancellationToken).Select(token => token.Claim!).ToList();
        claims.InsertRange(0, text.PromptClaims);

        if (text.EndClaim is { } end)
        {
            claims.Add(end);
        }

        return claims;
    }
}
