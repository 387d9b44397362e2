using System.Numerics.Tensors;
using Marketplace.Training.Parameters;

namespace Marketplace.Training.Optimizers;

/// <summary>Adam with decoupled decay of the matrices' weights. Loshchilov and Hutter 2019.</summary>
internal sealed class AdamW(ParameterLayout layout, AdamWOptions options)
{
    /// <summary>Running mean of the slopes.</summary>
    public float[] First { get; } = new float[layout.Count];

    /// <summary>Running mean of their squares.</summary>
    public float[] Second { get; } = new float[layout.Count];

    /// <summary>One step, numbered from 1.</summary>
    public void Step(float[] weights, float[] gradient, int step, float rate)
    {
        var (firstBias, secondBias) =
            ((float)(1 - Math.Pow(options.Beta1, step)), (float)(1 - Math.Pow(options.Beta2, step)));

        foreach (var tensor in layout.Tensors)
        {
            var decay = tensor.IsMatrix ? rate * options.WeightDecay : 0;
            var weight = tensor.Of(weights);
            var slope = tensor.Of(gradient);
            var first = tensor.Of(First);
            var second = tensor.Of(Second);

            for (var at = 0; at < weight.Length; at++)
            {
                first[at] = (options.Beta1 * first[at]) + ((1 - options.Beta1) * slope[at]);
                second[at] = (options.Beta2 * second[at]) + ((1 - options.Beta2) * slope[at] * slope[at]);
                var move = first[at] / firstBias / (MathF.Sqrt(second[at] / secondBias) + options.Epsilon);
                weight[at] -= (decay * weight[at]) + (rate * move);
            }
        }
    }

    /// <summary>Scales the gradient down to this norm where it is longer; gives the norm it had.</summary>
    public static float Clip(Span<float> gradient, float normMax)
    {
        var norm = TensorPrimitives.Norm<float>(gradient);

        if (norm > normMax)
        {
            TensorPrimitives.Multiply(gradient, normMax / norm, gradient);
        }

        return norm;
    }
}
