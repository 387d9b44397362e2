namespace Marketplace.Compute.Inference.Llama;

/// <summary>
/// Cosines and sines of rotary positions, [position, pair], computed once, so that devices share the same angles.
/// Speeds and angles are rounded to single precision, as the reference engines do: a model was trained with those.
/// </summary>
internal sealed class RopeTable(LlamaShape shape)
{
    private const int PositionsMin = 512;

    private readonly Lock _gate = new();
    private Angles _angles = new([], [], 0);

    /// <summary>Angles of at least this many positions. Made once; longer ones replace shorter ones.</summary>
    public Angles AtLeast(int positions)
    {
        lock (_gate)
        {
            if (_angles.Positions < positions)
            {
                var room = (int)Math.Min(Math.Max(PositionsMin, 2L * positions), Math.Max(positions, shape.Context));
                _angles = Make(Math.Max(room, positions));
            }

            return _angles;
        }
    }

    private Angles Make(int positions)
    {
        var half = shape.HeadSize / 2;
        var cosine = new float[(long)positions * half];
        var sine = new float[(long)positions * half];
        var magnitude = (float)(shape.RopeScaling?.Magnitude ?? 1);

        for (var pair = 0; pair < half; pair++)
        {
            var speed = Speed(pair);

            for (var position = 0; position < positions; position++)
            {
                var at = ((long)position * half) + pair;
                var (s, c) = MathF.SinCos(position * speed);
                (sine[at], cosine[at]) = (s * magnitude, c * magnitude);
            }
        }

        return new(cosine, sine, positions);
    }

    private float Speed(int pair)
    {
        var trained = 1f / MathF.Pow(shape.RopeBase, 2f * pair / shape.HeadSize);
        return (float?)shape.RopeScaling?.Speed(trained, pair, shape.HeadSize, shape.RopeBase) ?? trained;
    }

    /// <summary>The table.</summary>
    public sealed record Angles(float[] Cosine, float[] Sine, int Positions);
}
