namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// A glTF animation sampler: values over time with STEP, LINEAR or CUBICSPLINE between the keys, and the first or last
/// value outside them (glTF 2.0, Appendix C). Computed in double precision, so that every rig poses the same scene.
/// </summary>
internal sealed class KeyframeCurve
{
    /// <summary>Below this angle's cosine the arc is as good as its chord.</summary>
    private const double ChordFrom = 0.9999;

    private readonly float[] _times;
    private readonly float[] _values;
    private readonly int _lanes;
    private readonly KeyframeMode _mode;

    /// <summary>
    /// Of <paramref name="lanes"/> numbers a value; a cubic key has three values: the tangent that comes in, the value,
    /// the tangent that goes out.
    /// </summary>
    /// <exception cref="SceneFormatException">
    /// No keys, times that do not rise, or values that are no numbers.
    /// </exception>
    public KeyframeCurve(string name, KeyframeMode mode, float[] times, float[] values, int lanes)
    {
        var perKey = lanes * (mode == KeyframeMode.Cubic ? 3 : 1);

        if (lanes < 1 || times.Length == 0 || values.Length != times.Length * perKey)
        {
            throw new SceneFormatException(
                $"glTF: {name}: {values.Length} numbers for {times.Length} keys of {perKey} numbers.");
        }

        for (var i = 0; i < times.Length; i++)
        {
            if (!float.IsFinite(times[i]) || (i > 0 && times[i] <= times[i - 1]))
            {
                throw new SceneFormatException(FormattableString.Invariant(
                    $"glTF: {name}: key {i} is at {times[i]} seconds; the times must rise."));
            }
        }

        var wrong = Array.FindIndex(values, value => !float.IsFinite(value));

        if (wrong >= 0)
        {
            throw new SceneFormatException(FormattableString.Invariant(
                $"glTF: {name}: key {wrong / perKey} has the value {values[wrong]}."));
        }

        (_times, _values, _lanes, _mode) = (times, values, lanes, mode);
    }

    /// <summary>The value at a time; as a rotation it is a unit quaternion (x, y, z, w) on the shorter arc.</summary>
    public float[] At(float seconds, bool rotation)
    {
        var found = Array.BinarySearch(_times, seconds);
        var left = found >= 0 ? found : ~found - 1;

        if (left < 0 || left >= _times.Length - 1 || found >= 0 || _mode == KeyframeMode.Step)
        {
            var held = Value(Math.Clamp(left, 0, _times.Length - 1)).ToArray();

            return Finished([.. held.Select(x => (double)x)], rotation);
        }

        var length = (double)_times[left + 1] - _times[left];
        var t = (seconds - (double)_times[left]) / length;
        var from = Value(left);
        var to = Value(left + 1);
        var value = new double[_lanes];

        if (_mode == KeyframeMode.Cubic)
        {
            var outgoing = Part(left, 2);
            var incoming = Part(left + 1, 0);

            for (var i = 0; i < _lanes; i++)
            {
                value[i] = (((2 * t * t * t) - (3 * t * t) + 1) * from[i])
                    + (length * ((t * t * t) - (2 * t * t) + t) * outgoing[i])
                    + (((3 * t * t) - (2 * t * t * t)) * to[i])
                    + (length * ((t * t * t) - (t * t)) * incoming[i]);
            }

            return Finished(value, rotation);
        }

        var (before, after) = rotation ? Arc(from, to, t) : (1 - t, t);

        for (var i = 0; i < _lanes; i++)
        {
            value[i] = (before * from[i]) + (after * to[i]);
        }

        return Finished(value, rotation);
    }

    /// <summary>Weights of two unit quaternions on the shorter arc between them.</summary>
    private static (double From, double To) Arc(ReadOnlySpan<float> from, ReadOnlySpan<float> to, double t)
    {
        double cosine = 0;

        for (var i = 0; i < from.Length; i++)
        {
            cosine += (double)from[i] * to[i];
        }

        var sign = cosine < 0 ? -1 : 1;
        cosine = Math.Min(1, cosine * sign);

        if (cosine > ChordFrom)
        {
            return (1 - t, t * sign);
        }

        var angle = Math.Acos(cosine);
        var sine = Math.Sin(angle);

        return (Math.Sin((1 - t) * angle) / sine, Math.Sin(t * angle) / sine * sign);
    }

    private static float[] Finished(double[] value, bool rotation)
    {
        var length = rotation ? Math.Sqrt(value.Sum(x => x * x)) : 1;

        // A quaternion without length turns nothing.
        return length > 0 ? [.. value.Select(x => (float)(x / length))] : [0f, 0f, 0f, 1f];
    }

    private ReadOnlySpan<float> Value(int key) => Part(key, _mode == KeyframeMode.Cubic ? 1 : 0);

    private ReadOnlySpan<float> Part(int key, int part) => _values.AsSpan(
        ((key * (_mode == KeyframeMode.Cubic ? 3 : 1)) + part) * _lanes, _lanes);
}
