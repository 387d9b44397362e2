using System.Numerics.Tensors;
using Marketplace.Training.Parameters;

namespace Marketplace.Training.Passes;

/// <summary>
/// A whole model forth and back on one sequence, with explicit slopes of every operation. Used by one thread at a time.
/// </summary>
internal sealed class SequencePass
{
    private readonly ParameterLayout _layout;
    private readonly LayerPass[] _layers;
    private readonly float[] _x;
    private readonly float[] _normed;
    private readonly float[] _inverse;
    private readonly float[] _logits;
    private readonly float[] _slopes;

    public SequencePass(ParameterLayout layout)
    {
        var shape = layout.Shape;
        var rope = new RopePass(shape.HeadSize, shape.RopeBase, shape.Context);
        _layout = layout;
        _layers = [.. layout.Layers.Select(layer => new LayerPass(shape, layer, rope))];
        _x = new float[shape.Context * shape.Dimension];
        _normed = new float[_x.Length];
        _slopes = new float[_x.Length];
        _inverse = new float[shape.Context];
        _logits = new float[shape.Context * shape.Vocabulary];
    }

    /// <summary>Logits after every token, [tokens, vocabulary], valid until the next call.</summary>
    /// <exception cref="ArgumentException">More tokens than the context holds.</exception>
    public Span<float> Forward(float[] weights, float[] transposed, ReadOnlySpan<int> tokens)
    {
        var (shape, count) = (_layout.Shape, tokens.Length);

        if (count > shape.Context)
        {
            throw new ArgumentException($"{count} tokens, allowed are {shape.Context}", nameof(tokens));
        }

        var x = _x.AsSpan(0, count * shape.Dimension);

        for (var at = 0; at < count; at++)
        {
            Row(_layout.Embedding.Of(weights), tokens[at]).CopyTo(Row(x, at));
        }

        foreach (var layer in _layers)
        {
            layer.Forward(weights, transposed, x, count);
        }

        RmsNormPass.Forward(
            x, _layout.OutputNorm.Of(weights), shape.NormEpsilon, _inverse.AsSpan(0, count), _normed);
        var logits = _logits.AsSpan(0, count * shape.Vocabulary);
        logits.Clear();
        MatrixProduct.Forward(
            _normed, _layout.Embedding.Of(transposed), logits, count, shape.Dimension, shape.Vocabulary);
        return logits;
    }

    /// <summary>The sum of the losses of every token but the first, in nats.</summary>
    public double Loss(float[] weights, float[] transposed, ReadOnlySpan<int> tokens) =>
        Slopes(Forward(weights, transposed, tokens[..^1]), tokens[1..], scale: 1);

    /// <summary>The same, and adds the slopes of scale · loss to the gradient.</summary>
    public double LossAndGradient(
        float[] weights, float[] transposed, ReadOnlySpan<int> tokens, float scale, float[] gradient)
    {
        var (shape, count) = (_layout.Shape, tokens.Length - 1);
        var logits = Forward(weights, transposed, tokens[..^1]);
        var loss = Slopes(logits, tokens[1..], scale);
        var dNormed = _slopes.AsSpan(0, count * shape.Dimension);
        var embedding = _layout.Embedding;
        dNormed.Clear();
        MatrixProduct.BackwardInput(
            logits, embedding.Of(weights), dNormed, count, shape.Dimension, shape.Vocabulary);
        MatrixProduct.BackwardMatrix(
            logits, _normed, embedding.Of(gradient), count, shape.Dimension, shape.Vocabulary);
        var dx = new float[dNormed.Length];
        RmsNormPass.Backward(
            _x,
            _layout.OutputNorm.Of(weights),
            _inverse.AsSpan(0, count),
            dNormed,
            dx,
            _layout.OutputNorm.Of(gradient));

        foreach (var layer in Enumerable.Reverse(_layers))
        {
            layer.Backward(weights, gradient, dx, count);
        }

        for (var at = 0; at < count; at++)
        {
            var row = Row(embedding.Of(gradient), tokens[at]);
            TensorPrimitives.Add(row, Row(dx, at), row);
        }

        return loss;
    }

    private double Slopes(Span<float> logits, ReadOnlySpan<int> targets, float scale)
    {
        var (loss, length) = (0.0, _layout.Shape.Vocabulary);

        for (var at = 0; at < targets.Length; at++)
        {
            loss += CrossEntropyPass.Run(logits.Slice(at * length, length), targets[at], scale);
        }

        return loss;
    }

    private Span<float> Row(Span<float> rows, int at) =>
        rows.Slice(at * _layout.Shape.Dimension, _layout.Shape.Dimension);
}
