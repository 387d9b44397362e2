using CsCheck;
using Marketplace.Training.Passes;

namespace Marketplace.Training.Tests.Passes;

public sealed class PassTests
{
    private const int Iterations = 20;

    [Fact]
    public void A_norms_slopes_are_its_differences() => Sample((random, rows) =>
    {
        const int Length = 6;
        var (x, weight) = (Slopes.Numbers(random, rows * Length), Slopes.Numbers(random, Length));
        var dy = Slopes.Numbers(random, x.Length);
        var (inverse, y) = (new float[rows], new float[x.Length]);
        double Loss()
        {
            RmsNormPass.Forward(x, weight, 0.1f, inverse, y);
            return Slopes.Weighed(y, dy);
        }

        Loss();
        var (dx, dw) = (new float[x.Length], new float[Length]);
        RmsNormPass.Backward(x, weight, inverse, dy, dx, dw);
        Slopes.AreThoseOf(x, dx, Loss, 1e-2);
        Slopes.AreThoseOf(weight, dw, Loss);
    });

    [Fact]
    public void A_gates_slopes_are_its_differences() => Sample((random, rows) =>
    {
        var (gate, up) = (Slopes.Numbers(random, rows * 5, 3), Slopes.Numbers(random, rows * 5));
        var (y, dy) = (new float[gate.Length], Slopes.Numbers(random, gate.Length));
        double Loss()
        {
            SwiGluPass.Forward(gate, up, y);
            return Slopes.Weighed(y, dy);
        }

        var (dGate, dUp) = (new float[gate.Length], new float[gate.Length]);
        SwiGluPass.Backward(gate, up, dy, dGate, dUp);
        Slopes.AreThoseOf(gate, dGate, Loss);
        Slopes.AreThoseOf(up, dUp, Loss);
    });

    [Fact]
    public void A_rotations_slopes_are_its_differences() => Sample((random, rows) =>
    {
        var rope = new RopePass(4, 10_000, rows);
        var x = Slopes.Numbers(random, rows * 8);
        var dy = Slopes.Numbers(random, x.Length);
        double Loss()
        {
            var y = x.ToArray();
            rope.Forward(y, 8);
            return Slopes.Weighed(y, dy);
        }

        var dx = dy.ToArray();
        rope.Backward(dx, 8);
        Slopes.AreThoseOf(x, dx, Loss);
    });

    [Theory]
    [InlineData(4, 4)]
    [InlineData(4, 2)]
    [InlineData(3, 1)]
    public void Attentions_slopes_are_its_differences(int heads, int keyValueHeads) => Sample((random, rows) =>
    {
        const int HeadSize = 4;
        var attention = new AttentionPass(heads, keyValueHeads, HeadSize);
        var q = Slopes.Numbers(random, rows * heads * HeadSize);
        var (k, v) = (Slopes.Numbers(random, rows * keyValueHeads * HeadSize),
            Slopes.Numbers(random, rows * keyValueHeads * HeadSize));
        var (y, dy) = (new float[q.Length], Slopes.Numbers(random, q.Length));
        var probabilities = new float[heads * rows * rows];
        double Loss()
        {
            attention.Forward(q, k, v, rows, probabilities, y);
            return Slopes.Weighed(y, dy);
        }

        Loss();
        var (dq, dk, dv) = (new float[q.Length], new float[k.Length], new float[v.Length]);
        attention.Backward(q, k, v, rows, probabilities, dy, dq, dk, dv);
        Slopes.AreThoseOf(q, dq, Loss);
        Slopes.AreThoseOf(k, dk, Loss);
        Slopes.AreThoseOf(v, dv, Loss);
    });

    [Fact]
    public void The_losss_slopes_are_its_differences() => Sample((random, rows) =>
    {
        var logits = Slopes.Numbers(random, 7 * rows, 3);
        var target = random.Next(logits.Length);
        var slopes = logits.ToArray();
        CrossEntropyPass.Run(slopes, target, 0.5f);
        Slopes.AreThoseOf(logits, slopes, () => 0.5 * CrossEntropyPass.Run(logits.ToArray(), target, 1));
    });

    /// <summary>Against plain sums, with sizes that fill blocks of registers and that do not.</summary>
    [Theory]
    [InlineData(1, 3, 5)]
    [InlineData(4, 32, 64)]
    [InlineData(7, 33, 50)]
    [InlineData(9, 70, 97)]
    public void Products_are_plain_sums(int vectors, int inputs, int outputs)
    {
        var random = new Random(5);
        var (x, w) = (Slopes.Numbers(random, vectors * inputs), Slopes.Numbers(random, outputs * inputs));
        var transposed = new float[w.Length];
        var (y, dx, dw) = (new float[vectors * outputs], new float[x.Length], new float[w.Length]);
        var dy = Slopes.Numbers(random, y.Length);
        var (wantedY, wantedDx, wantedDw) = (new float[y.Length], new float[x.Length], new float[w.Length]);

        for (var row = 0; row < vectors; row++)
        {
            for (var to = 0; to < outputs; to++)
            {
                for (var from = 0; from < inputs; from++)
                {
                    transposed[(from * outputs) + to] = w[(to * inputs) + from];
                    wantedY[(row * outputs) + to] += x[(row * inputs) + from] * w[(to * inputs) + from];
                    wantedDx[(row * inputs) + from] += dy[(row * outputs) + to] * w[(to * inputs) + from];
                    wantedDw[(to * inputs) + from] += dy[(row * outputs) + to] * x[(row * inputs) + from];
                }
            }
        }

        MatrixProduct.Forward(x, transposed, y, vectors, inputs, outputs);
        MatrixProduct.BackwardInput(dy, w, dx, vectors, inputs, outputs);
        MatrixProduct.BackwardMatrix(dy, x, dw, vectors, inputs, outputs);

        Near(wantedY, y);
        Near(wantedDx, dx);
        Near(wantedDw, dw);
    }

    private static void Near(float[] expected, float[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));

    private static void Sample(Action<Random, int> check) =>
        Gen.Int.Select(Gen.Int[1, 5]).Sample(
            (seed, rows) => check(new Random(seed), rows), iter: Iterations, threads: 1);
}
