namespace Marketplace.Benchmarks.Inference;

/// <summary>What one token took.</summary>
/// <param name="Clock">By the clock.</param>
/// <param name="Processor">Of all threads.</param>
internal readonly record struct StreamTime(TimeSpan Clock, TimeSpan Processor)
{
    public static StreamTime Max { get; } = new(TimeSpan.MaxValue, TimeSpan.MaxValue);

    /// <summary>The better of both figures: other work on the machine only slows.</summary>
    public StreamTime Best(StreamTime other) => new(
        Clock < other.Clock ? Clock : other.Clock, Processor < other.Processor ? Processor : other.Processor);
}
