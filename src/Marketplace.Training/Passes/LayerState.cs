using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Training.Passes;

/// <summary>What a layer's way back needs of its way forth, for up to so many positions.</summary>
internal sealed class LayerState(LlamaShape shape, int positions)
{
    public float[] Input { get; } = new float[positions * shape.Dimension];

    public float[] Normed { get; } = new float[positions * shape.Dimension];

    public float[] InverseRms { get; } = new float[positions];

    public float[] Query { get; } = new float[positions * shape.QueryDimension];

    public float[] Key { get; } = new float[positions * shape.KeyValueDimension];

    public float[] Value { get; } = new float[positions * shape.KeyValueDimension];

    public float[] Probabilities { get; } = new float[shape.Heads * positions * positions];

    public float[] Mixed { get; } = new float[positions * shape.QueryDimension];

    public float[] Middle { get; } = new float[positions * shape.Dimension];

    public float[] MiddleNormed { get; } = new float[positions * shape.Dimension];

    public float[] MiddleInverseRms { get; } = new float[positions];

    public float[] Gate { get; } = new float[positions * shape.FeedForward];

    public float[] Up { get; } = new float[positions * shape.FeedForward];

    public float[] Hidden { get; } = new float[positions * shape.FeedForward];
}
