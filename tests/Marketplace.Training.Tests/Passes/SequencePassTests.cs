using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Training.Corpus;
using Marketplace.Training.Parameters;
using Marketplace.Training.Passes;
using Marketplace.Training.Runs;
using Marketplace.Training.Tokens;

namespace Marketplace.Training.Tests.Passes;

public sealed class SequencePassTests
{
    private static readonly PieceVocabulary Vocabulary = new(["\u2581", "a", "b"]);

    private static readonly LlamaShape Shape = new()
    {
        Dimension = 8,
        FeedForward = 12,
        Layers = 2,
        Heads = 4,
        KeyValueHeads = 2,
        Vocabulary = Vocabulary.Count,
        Context = 512,
        NormEpsilon = 1e-5f,
        RopeBase = 10_000f,
    };

    [Fact]
    public void A_models_slopes_are_its_differences()
    {
        var layout = new ParameterLayout(Shape);
        var pass = new SequencePass(layout);
        var (weights, transposed, gradient) = (Weights(layout), new float[layout.Count], new float[layout.Count]);
        int[] tokens = [1, 260, 5, 260, 261, 2];
        layout.Transpose(weights, transposed);
        pass.LossAndGradient(weights, transposed, tokens, 1, gradient);
        double Loss()
        {
            layout.Transpose(weights, transposed);
            return pass.Loss(weights, transposed, tokens);
        }

        foreach (var tensor in layout.Tensors)
        {
            for (var at = 0; at < tensor.Length; at += Math.Max(1, tensor.Length / 40))
            {
                ref var weight = ref weights[tensor.Offset + at];
                var value = weight;
                weight = value + 5e-3f;
                var above = Loss();
                weight = value - 5e-3f;
                var below = Loss();
                weight = value;
                Assert.True(
                    Math.Abs(((above - below) / 1e-2) - gradient[tensor.Offset + at]) < 2e-2,
                    $"{tensor.Name}[{at}]: {gradient[tensor.Offset + at]}, by differences {(above - below) / 1e-2}");
            }
        }
    }

    [Fact]
    public void The_engine_gives_the_logits_that_training_saw()
    {
        var layout = new ParameterLayout(Shape);
        var (weights, transposed) = (Weights(layout), new float[layout.Count]);
        layout.Transpose(weights, transposed);
        int[] tokens = [1, 260, 5, 260, 261, 9, 100, 2, 77];
        var trained = new SequencePass(layout).Forward(weights, transposed, tokens).ToArray();
        var path = Path.GetTempFileName();

        try
        {
            using (var file = File.Create(path))
            {
                GgufExport.Write(file, "test", layout, weights, Vocabulary, TensorFormat.F32);
            }

            using var model = LlamaModel.Open(path);
            using var device = new HostDevice(1);
            using var engine = new InferenceEngine(model, device);
            var logits = engine.Logits(tokens, TestContext.Current.CancellationToken).SelectMany(row => row).ToArray();

            Assert.Equal(Shape, model.Shape);
            Assert.Equal(trained.Length, logits.Length);
            Assert.All(trained.Zip(logits), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Large enough that every operation matters; norms away from one.</summary>
    private static float[] Weights(ParameterLayout layout)
    {
        var weights = new float[layout.Count];
        var draw = new StoryDraw(11);

        foreach (var tensor in layout.Tensors)
        {
            foreach (ref var weight in tensor.Of(weights))
            {
                weight = (tensor.IsMatrix ? 0f : 1f) + (0.3f * draw.Normal());
            }
        }

        return weights;
    }
}
