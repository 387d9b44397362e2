using System.Numerics.Tensors;

namespace Marketplace.Training.Passes;

/// <summary>-log of the probability that a softmax of the logits gives the token that comes, in nats.</summary>
internal static class CrossEntropyPass
{
    /// <summary>The loss of one row, whose logits become the loss' slopes times the scale.</summary>
    public static double Run(Span<float> logits, int target, float scale)
    {
        TensorPrimitives.SoftMax(logits, logits);
        var loss = -Math.Log(Math.Max(logits[target], float.Epsilon));
        logits[target] -= 1;
        TensorPrimitives.Multiply(logits, scale, logits);
        return loss;
    }
}
