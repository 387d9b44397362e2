using Marketplace.Compute.Host;

namespace Marketplace.Compute.Inference.Host;

/// <summary>Gate and up rows together, and silu(gate) · up of them while they are in the cache.</summary>
internal readonly unsafe struct GatedBody(HostMatrix* gateAndUp, float* x, int vectors) : IRangeBody
{
    public void Run(int from, int to)
    {
        var (gate, up) = (gateAndUp[0], gateAndUp[1]);
        gate.Multiply(from, to, x, vectors);
        up.Multiply(from, to, x, vectors);

        for (var vector = 0; vector < vectors; vector++)
        {
            var at = ((long)vector * gate.Rows) + from;
            VectorOperations.SwiGlu((float*)gate.Output + at, (float*)up.Output + at, to - from);
        }
    }
}
