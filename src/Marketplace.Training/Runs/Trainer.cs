using System.Numerics.Tensors;
using Marketplace.Training.Optimizers;
using Marketplace.Training.Parameters;
using Marketplace.Training.Passes;

namespace Marketplace.Training.Runs;

/// <summary>
/// Trains a model step by step. The stories of a step are dealt to a fixed number of shards whose slopes are added in
/// order, so that the weights are the same on every run of one machine, however its threads are scheduled.
/// </summary>
internal sealed class Trainer
{
    /// <summary>Threads, and parts of a batch.</summary>
    public const int Shards = 2;

    private const int HeldOutStories = 32;

    private readonly TrainingRecipe _recipe;
    private readonly SequencePass[] _passes;
    private readonly float[][] _gradients;
    private readonly float[] _transposed;
    private readonly AdamW _optimizer;
    private readonly Lazy<int[][]> _heldOut;

    public Trainer(TrainingRecipe recipe, TrainingData data)
    {
        _recipe = recipe;
        Data = data;
        Layout = new(recipe.ShapeOf(data.Vocabulary.Count));
        Weights = Layout.Initial(recipe.Seed);
        _passes = [.. Enumerable.Range(0, Shards).Select(_ => new SequencePass(Layout))];
        _gradients = [.. Enumerable.Range(0, Shards).Select(_ => new float[Layout.Count])];
        _transposed = new float[Layout.Count];
        _optimizer = new(Layout, recipe.Optimizer);
        _heldOut = new(() => data.HeldOut(HeldOutStories));
    }

    public TrainingData Data { get; }

    public ParameterLayout Layout { get; }

    public float[] Weights { get; private set; }

    /// <summary>Steps done.</summary>
    public int Step { get; private set; }

    public bool IsDone => Step >= _recipe.Steps;

    public void Resume(Checkpoint checkpoint)
    {
        (Step, Weights) = (checkpoint.Step, checkpoint.Weights);
        checkpoint.First.CopyTo(_optimizer.First, 0);
        checkpoint.Second.CopyTo(_optimizer.Second, 0);
    }

    public Checkpoint Save() => new(Step, Weights, _optimizer.First, _optimizer.Second);

    /// <summary>One step.</summary>
    public StepResult Run()
    {
        var batch = Data.Batch(Step + 1);
        var tokens = batch.Sum(story => story.Length - 1);
        var losses = new double[Shards];
        Layout.Transpose(Weights, _transposed);
        Parallel.For(0, Shards, new ParallelOptions { MaxDegreeOfParallelism = Shards }, shard =>
        {
            Array.Clear(_gradients[shard]);

            for (var at = shard; at < batch.Length; at += Shards)
            {
                losses[shard] += _passes[shard].LossAndGradient(
                    Weights, _transposed, batch[at], 1f / tokens, _gradients[shard]);
            }
        });
        var gradient = _gradients[0];

        foreach (var other in _gradients.Skip(1))
        {
            TensorPrimitives.Add(gradient, other, gradient);
        }

        Step++;
        var norm = AdamW.Clip(gradient, _recipe.GradientNormMax);
        var rate = _recipe.Schedule.RateOf(Step);
        _optimizer.Step(Weights, gradient, Step, rate);
        return new(Step, losses.Sum() / tokens, norm, rate, tokens);
    }

    /// <summary>Mean loss a token on stories that are never trained on, in nats.</summary>
    public double HeldOutLoss()
    {
        Layout.Transpose(Weights, _transposed);
        var stories = _heldOut.Value;
        return stories.Sum(story => _passes[0].Loss(Weights, _transposed, story))
            / stories.Sum(story => story.Length - 1);
    }
}
