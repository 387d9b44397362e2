using Marketplace.Compute.Inference.Llama;
using Marketplace.Training.Parameters;

namespace Marketplace.Training.Passes;

/// <summary>
/// One block of Llama forth and back, on one sequence. Touvron et al. 2023. Used by one thread at a time.
/// </summary>
internal sealed class LayerPass(LlamaShape shape, LayerParameters tensors, RopePass rope)
{
    private readonly AttentionPass _attention = new(shape.Heads, shape.KeyValueHeads, shape.HeadSize);
    private readonly LayerState _state = new(shape, shape.Context);
    private readonly float[] _dNormed = new float[shape.Context * shape.Dimension];
    private readonly float[] _dHidden = new float[shape.Context * shape.FeedForward];
    private readonly float[] _dGate = new float[shape.Context * shape.FeedForward];
    private readonly float[] _dUp = new float[shape.Context * shape.FeedForward];
    private readonly float[] _dQuery = new float[shape.Context * shape.QueryDimension];
    private readonly float[] _dKey = new float[shape.Context * shape.KeyValueDimension];
    private readonly float[] _dValue = new float[shape.Context * shape.KeyValueDimension];
    private readonly float[] _dMixed = new float[shape.Context * shape.QueryDimension];

    /// <summary>x becomes the block's output.</summary>
    public void Forward(float[] weights, float[] transposed, Span<float> x, int positions)
    {
        var state = _state;
        x.CopyTo(state.Input);
        RmsNormPass.Forward(
            x,
            tensors.AttentionNorm.Of(weights),
            shape.NormEpsilon,
            state.InverseRms.AsSpan(0, positions),
            state.Normed);
        Product(state.Normed, transposed, tensors.Query, state.Query, positions);
        Product(state.Normed, transposed, tensors.Key, state.Key, positions);
        Product(state.Normed, transposed, tensors.Value, state.Value, positions);
        rope.Forward(state.Query.AsSpan(0, positions * shape.QueryDimension), shape.QueryDimension);
        rope.Forward(state.Key.AsSpan(0, positions * shape.KeyValueDimension), shape.KeyValueDimension);
        _attention.Forward(state.Query, state.Key, state.Value, positions, state.Probabilities, state.Mixed);
        Add(state.Mixed, transposed, tensors.AttentionOutput, x, positions);
        x.CopyTo(state.Middle);
        RmsNormPass.Forward(
            x, tensors.FeedForwardNorm.Of(weights), shape.NormEpsilon, state.MiddleInverseRms.AsSpan(0, positions),
            state.MiddleNormed);
        Product(state.MiddleNormed, transposed, tensors.Gate, state.Gate, positions);
        Product(state.MiddleNormed, transposed, tensors.Up, state.Up, positions);
        var hidden = positions * shape.FeedForward;
        SwiGluPass.Forward(state.Gate.AsSpan(0, hidden), state.Up.AsSpan(0, hidden), state.Hidden);
        Add(state.Hidden, transposed, tensors.Down, x, positions);
    }

    /// <summary>dx becomes the slope of the block's input; the parameters' slopes are added up.</summary>
    public void Backward(float[] weights, float[] gradient, Span<float> dx, int positions)
    {
        var state = _state;
        var hidden = positions * shape.FeedForward;
        Clear(_dNormed, _dHidden);
        Back(state.Hidden, weights, gradient, tensors.Down, dx, _dHidden, positions);
        SwiGluPass.Backward(
            state.Gate.AsSpan(0, hidden), state.Up.AsSpan(0, hidden), _dHidden.AsSpan(0, hidden), _dGate,
            _dUp);
        Back(state.MiddleNormed, weights, gradient, tensors.Gate, _dGate, _dNormed, positions);
        Back(state.MiddleNormed, weights, gradient, tensors.Up, _dUp, _dNormed, positions);
        RmsNormPass.Backward(
            state.Middle, tensors.FeedForwardNorm.Of(weights), state.MiddleInverseRms.AsSpan(0, positions),
            _dNormed, dx, tensors.FeedForwardNorm.Of(gradient));
        BackwardAttention(weights, gradient, dx, positions);
    }

    private void BackwardAttention(float[] weights, float[] gradient, Span<float> dx, int positions)
    {
        var (state, normed) = (_state, _dNormed);
        Clear(_dQuery, _dKey, _dValue, _dMixed, normed);
        Back(state.Mixed, weights, gradient, tensors.AttentionOutput, dx, _dMixed, positions);
        _attention.Backward(
            state.Query, state.Key, state.Value, positions, state.Probabilities, _dMixed, _dQuery, _dKey, _dValue);
        rope.Backward(_dQuery.AsSpan(0, positions * shape.QueryDimension), shape.QueryDimension);
        rope.Backward(_dKey.AsSpan(0, positions * shape.KeyValueDimension), shape.KeyValueDimension);
        Back(state.Normed, weights, gradient, tensors.Query, _dQuery, normed, positions);
        Back(state.Normed, weights, gradient, tensors.Key, _dKey, normed, positions);
        Back(state.Normed, weights, gradient, tensors.Value, _dValue, normed, positions);
        RmsNormPass.Backward(
            state.Input, tensors.AttentionNorm.Of(weights), state.InverseRms.AsSpan(0, positions), normed, dx,
            tensors.AttentionNorm.Of(gradient));
    }

    private static void Clear(params ReadOnlySpan<float[]> arrays)
    {
        foreach (var array in arrays)
        {
            Array.Clear(array);
        }
    }

    private static void Product(
        ReadOnlySpan<float> x, float[] transposed, ParameterTensor tensor, Span<float> y, int positions)
    {
        y[..(positions * tensor.Rows)].Clear();
        Add(x, transposed, tensor, y, positions);
    }

    private static void Add(
        ReadOnlySpan<float> x, float[] transposed, ParameterTensor tensor, Span<float> y, int positions) =>
        MatrixProduct.Forward(x, tensor.Of(transposed), y, positions, tensor.Columns, tensor.Rows);

    private static void Back(
        ReadOnlySpan<float> x, float[] weights, float[] gradient, ParameterTensor tensor, ReadOnlySpan<float> dy,
        Span<float> dx, int positions)
    {
        MatrixProduct.BackwardInput(dy, tensor.Of(weights), dx, positions, tensor.Columns, tensor.Rows);
        MatrixProduct.BackwardMatrix(dy, x, tensor.Of(gradient), positions, tensor.Columns, tensor.Rows);
    }
}
