namespace Marketplace.Training.Passes;

/// <summary>
/// Rotary positions on neighbouring pairs, Su et al. 2021. A rotation's way back is the rotation by the negative angle.
/// </summary>
internal sealed class RopePass
{
    private readonly int _half;
    private readonly float[] _cosine;
    private readonly float[] _sine;

    public RopePass(int headSize, float ropeBase, int positions)
    {
        _half = headSize / 2;
        _cosine = new float[positions * _half];
        _sine = new float[positions * _half];

        for (var at = 0; at < _cosine.Length; at++)
        {
            // Rounded to single precision at every step, as the engine does.
            var speed = 1f / MathF.Pow(ropeBase, 2f * (at % _half) / headSize);
            (_sine[at], _cosine[at]) = MathF.SinCos(at / _half * speed);
        }
    }

    public void Forward(Span<float> x, int rowLength) => Turn(x, rowLength, 1);

    public void Backward(Span<float> dx, int rowLength) => Turn(dx, rowLength, -1);

    private void Turn(Span<float> x, int rowLength, float direction)
    {
        for (var at = 0; at < x.Length; at += 2)
        {
            var angle = (at / rowLength * _half) + (at / 2 % _half);
            var (c, s) = (_cosine[angle], _sine[angle] * direction);
            var (a, b) = (x[at], x[at + 1]);
            x[at] = (a * c) - (b * s);
            x[at + 1] = (a * s) + (b * c);
        }
    }
}
