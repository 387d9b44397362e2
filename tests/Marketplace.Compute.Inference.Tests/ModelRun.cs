using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Compute.Inference.Tests;

/// <summary>What a rig does with a model that was accepted: a few tokens forward, whatever its weights are.</summary>
internal static class ModelRun
{
    private const string Prompt = "a word";
    private const int TokensMax = 4;

    /// <summary>
    /// Logits may be no numbers; a crash, an exception or a token outside of the vocabulary they may not be.
    /// </summary>
    public static void Forward(LlamaModel model, HostDevice device)
    {
        using var engine = new InferenceEngine(model, device);
        using var text = engine.Begin(new(Prompt, TokensMax, Temperature: 0.8, Seed: 1, []) { Claims = true });
        var tokens = text.Tokens(TestContext.Current.CancellationToken).ToList();

        Assert.InRange(tokens.Count, 0, TokensMax);
        Assert.All(tokens, token => Assert.InRange(token.Id, 0, model.Shape.Vocabulary - 1));
        Assert.True(tokens.Count == TokensMax || text.Finish is not null);
    }
}
