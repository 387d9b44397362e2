using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Serving;
using Marketplace.Compute.Inference.Verification;

namespace Marketplace.Compute.Inference.Tests.Serving;

/// <summary>How likely the tokens of prompts are, as the engines tell it.</summary>
[Collection(nameof(KernelDevice))]
public sealed class ToldPromptTests(KernelDevice device)
{
    private const string Story =
        "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she saw "
        + "a big red ball. It was the best day of all, and the sun was bright. Xylophone quartz, said the old bear.";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(64, 32, 1)]
    [InlineData(5, 2, 3)]
    [InlineData(1, 1, 0)]
    [InlineData(64, 64, 0)]
    public async Task They_are_those_of_the_model_whatever_the_steps(int stepTokens, int running, int tokensMax)
    {
        using var model = LlamaModel.Open(SharedModels.Find("models/stories260K/stories260K.gguf"));
        using var host = new HostDevice(2);
        using var engine = new InferenceEngine(model, host);
        using var serving = new BatchingEngine(
            engine, new() { StepTokens = stepTokens, RunningMax = running }, isStepped: true);
        var prompt = model.Tokenizer.Encode(Story);
        var request = Told(prompt, tokensMax);
        var logits = engine.Logits(prompt, Cancel);

        var text = Assert.IsType<SubmitOutcome.Accepted>(serving.Submit(new("t", request), Cancel)).Text;
        StepAll(serving);

        Assert.Equal(tokensMax, (await text.Tokens(Cancel).ToListAsync(Cancel)).Count);
        Assert.Equal(FinishReason.Length, text.Finish);
        AssertForced(logits, prompt, text.PromptClaims);

        using var alone = engine.Begin(request);
        Assert.Equal(tokensMax, alone.Tokens(Cancel).Count());
        AssertForced(logits, prompt, alone.PromptClaims);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(64)]
    public async Task Neighbours_and_what_was_read_before_change_no_bit(int stepTokens)
    {
        using var world = new ServingWorld(new() { StepTokens = stepTokens, RunningMax = 3 });
        GenerationRequest told = Told([1, .. Enumerable.Range(0, 90).Select(at => 40 + (at % 37))], 5);
        var plain = told with { TellsPrompt = false, Claims = true };

        // The same beginning is read by another first, is in memory, and is gone on with by one that shares it.
        var first = world.Submit("t", plain, Cancel);
        world.StepAll();
        ServedText[] texts =
        [
            world.Submit("t", told, Cancel), world.Submit("t", plain, Cancel),
            world.Submit("t", told with { TokensMax = 0 }, Cancel), world.Submit("u", told, Cancel),
            world.Submit("t", told with { PromptTokens = [7] }, Cancel),
        ];
        world.StepAll();

        Assert.Equal([0, 80, 0, 0, 0], texts.Select(text => text.CachedTokens));
        Assert.Equal(world.WriteAlone(plain, Cancel), await ServingWorld.Read(first, Cancel));
        Assert.Equal(world.WriteAlone(told, Cancel), await ServingWorld.Read(texts[0], Cancel));
        Assert.Equal(world.WriteAlone(plain, Cancel), await ServingWorld.Read(texts[1], Cancel));
        Assert.Equal(world.WriteAlone(told with { TokensMax = 0 }, Cancel), await ServingWorld.Read(texts[2], Cancel));
        Assert.Equal(world.WriteAlone(told, Cancel), await ServingWorld.Read(texts[3], Cancel));
        Assert.Empty(texts[4].PromptClaims);
        Assert.Equal(0, world.Serving.Metrics.Faulted);
    }

    [Fact]
    public async Task One_token_and_nothing_to_make_is_over_at_once()
    {
        using var world = new ServingWorld();

        var text = world.Submit("t", Told([5], 0), Cancel);

        Assert.Empty(await text.Tokens(Cancel).ToListAsync(Cancel));
        Assert.Equal(FinishReason.Length, text.Finish);
    }

    [Fact]
    [Trait("Category", "Kernel")]
    public async Task Kernels_tell_them_too()
    {
        using var world = new ServingWorld(new() { StepTokens = 16, RunningMax = 2, Blocks = 16 }, device: device.Device);
        int[] prompt = [1, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59];
        ServedText[] texts =
        [
            world.Submit("t", Told(prompt, 2), Cancel),
            world.Submit("t", new("abcdefghijklmn", 3, 0, 0, []) { Claims = true }, Cancel),
        ];
        world.StepAll();

        Assert.Equal(world.WriteAlone(Told(prompt, 2), Cancel), await ServingWorld.Read(texts[0], Cancel));
        AssertForced(world.Alone.Logits(prompt, Cancel), prompt, texts[0].PromptClaims);
    }

    private static GenerationRequest Told(IReadOnlyList<int> prompt, int tokensMax) =>
        new(string.Empty, tokensMax, 0, 7, []) { PromptTokens = prompt, TellsPrompt = true, Claims = true };

    private static void StepAll(BatchingEngine serving)
    {
        for (var steps = 0; serving.Step(); steps++)
        {
            Assert.InRange(steps, 0, 10_000);
        }
    }

    /// <summary>Against a softmax of the logits that tokens appended one by one give.</summary>
    private static void AssertForced(
        IReadOnlyList<float[]> logits, IReadOnlyList<int> prompt, IReadOnlyList<LogitClaim> claims)
    {
        Assert.Equal(prompt.Count - 1, claims.Count);

        for (var at = 0; at < claims.Count; at++)
        {
            var row = logits[at];
            var total = Math.Log(row.Sum(logit => Math.Exp(logit)));
            int[] likeliest = [.. row.Index().OrderByDescending(one => one.Item).Select(one => one.Index)];
            var own = prompt[at + 1];
            var (claim, rank) = (claims[at], Array.IndexOf(likeliest, own));
            int[] expected = rank < LogitClaim.TopCount ? likeliest[..LogitClaim.TopCount] : [.. likeliest[..7], own];

            Assert.Equal(own, claim.Token);
            Assert.Equal(expected, claim.Top.Select(one => one.Token));
            Assert.All(claim.Top, one => Assert.Equal(row[one.Token] - total, one.Value, 1e-5));
        }
    }
}
