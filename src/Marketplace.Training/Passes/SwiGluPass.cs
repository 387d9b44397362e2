using System.Numerics.Tensors;

namespace Marketplace.Training.Passes;

/// <summary>y = silu(gate) · up. Shazeer 2020.</summary>
internal static class SwiGluPass
{
    public static void Forward(ReadOnlySpan<float> gate, ReadOnlySpan<float> up, Span<float> y)
    {
        y = y[..gate.Length];
        TensorPrimitives.Sigmoid(gate, y);
        TensorPrimitives.Multiply(y, gate, y);
        TensorPrimitives.Multiply(y, up, y);
    }

    /// <summary>Overwrites <paramref name="dGate"/> and <paramref name="dUp"/>.</summary>
    public static void Backward(
        ReadOnlySpan<float> gate, ReadOnlySpan<float> up, ReadOnlySpan<float> dy, Span<float> dGate, Span<float> dUp)
    {
        TensorPrimitives.Sigmoid(gate, dUp);

        for (var at = 0; at < gate.Length; at++)
        {
            var sigmoid = dUp[at];
            dGate[at] = dy[at] * up[at] * sigmoid * (1 + (gate[at] * (1 - sigmoid)));
            dUp[at] = dy[at] * gate[at] * sigmoid;
        }
    }
}
