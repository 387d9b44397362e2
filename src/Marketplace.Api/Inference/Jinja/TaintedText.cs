namespace Marketplace.Api.Inference.Jinja;

/// <summary>
/// A text that knows which of its characters the template wrote and which came with the data, so that data can never
/// pass for a mark of the template.
/// </summary>
internal sealed class TaintedText
{
    public static readonly TaintedText Empty = new(string.Empty, []);

    // Where the source changes; the first characters are the template's, up to the first flip.
    private readonly int[] _flips;

    public TaintedText(string value, int[] flips) => (Value, _flips) = (value, flips);

    public string Value { get; }

    public int Length => Value.Length;

    /// <summary>Whether any character came with the data.</summary>
    public bool IsTainted => _flips.Length > 0;

    public ReadOnlySpan<int> Flips => _flips;

    public static TaintedText Own(string value) => value.Length == 0 ? Empty : new(value, []);

    public static TaintedText Data(string value) => value.Length == 0 ? Empty : new(value, [0]);

    /// <summary>A text made of this one in a way that leaves no character its place.</summary>
    public TaintedText Remade(string value) => IsTainted ? Data(value) : Own(value);

    /// <summary>The same text with other characters, each in the place of the one that it was.</summary>
    public TaintedText WithCharacters(string value) => value.Length == Length ? new(value, _flips) : Remade(value);

    public TaintedText Slice(int start, int length)
    {
        if (length == Length)
        {
            return this;
        }

        if (length == 0)
        {
            return Empty;
        }

        // Only what lies within is looked at: slices of a text that changes often cost no more than others.
        var flips = new List<int>();
        var at = After(start);

        if (at % 2 == 1)
        {
            flips.Add(0);
        }

        for (; at < _flips.Length && _flips[at] < start + length; at++)
        {
            flips.Add(_flips[at] - start);
        }

        return new(Value.Substring(start, length), [.. flips]);
    }

    public TaintedText Slice(int start) => Slice(start, Length - start);

    public TaintedText Plus(TaintedText other) =>
        Length == 0 ? other : other.Length == 0 ? this : new TaintBuilder().Append(this).Append(other).ToText();

    /// <summary>Whether each character came with the data.</summary>
    public bool[] Taint()
    {
        var taint = new bool[Length];

        for (var at = 0; at < _flips.Length; at += 2)
        {
            var end = at + 1 < _flips.Length ? _flips[at + 1] : Length;
            taint.AsSpan(_flips[at]..end).Fill(true);
        }

        return taint;
    }

    /// <summary>Its characters, whole ones where they are two code units.</summary>
    public IEnumerable<TaintedText> Characters()
    {
        for (var at = 0; at < Length;)
        {
            var width = at + 1 < Length && char.IsSurrogatePair(Value[at], Value[at + 1]) ? 2 : 1;
            yield return Slice(at, width);
            at += width;
        }
    }

    /// <summary>Whether every character is one code unit.</summary>
    public bool IsPlain => !Value.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');

    public override string ToString() => Value;

    /// <summary>How many flips lie at a place or before it.</summary>
    private int After(int place)
    {
        var found = Array.BinarySearch(_flips, place);
        return found >= 0 ? found + 1 : ~found;
    }
}
