namespace Marketplace.Training.Corpus;

/// <summary>
/// Draws that are the same on every platform and in every version of .NET: SplitMix64, Steele, Lea and Flood 2014.
/// </summary>
internal sealed class StoryDraw(ulong state)
{
    private ulong _state = state;

    /// <summary>A number of 0 to one less than the count.</summary>
    public int Below(int count)
    {
        _state += 0x9E3779B97F4A7C15;
        var value = _state;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        value ^= value >> 31;
        return (int)(((value >> 32) * (ulong)count) >> 32);
    }

    public T One<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    public string OneBut(IReadOnlyList<string> choices, string but) =>
        One([.. choices.Where(choice => !string.Equals(choice, but, StringComparison.Ordinal))]);

    /// <summary>A number from the normal distribution, Box and Muller 1958.</summary>
    public float Normal()
    {
        const int Steps = 1 << 24;
        var radius = Math.Sqrt(-2 * Math.Log((Below(Steps) + 1.0) / (Steps + 1)));
        return (float)(radius * Math.Cos(2 * Math.PI * Below(Steps) / Steps));
    }
}
