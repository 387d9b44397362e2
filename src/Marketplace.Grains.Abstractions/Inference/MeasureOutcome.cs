namespace Marketplace.Grains.Abstractions.Inference;

/// <summary>What a model makes of inputs that are to become vectors.</summary>
[GenerateSerializer, Immutable, Alias("MeasureOutcome")]
public abstract record MeasureOutcome
{
    private MeasureOutcome()
    {
    }

    /// <summary>They can be embedded as far as the model's file tells.</summary>
    /// <param name="Width">Numbers of one vector.</param>
    /// <param name="Vocabulary">Tokens that the model knows: ids are 0 to one less.</param>
    /// <param name="Tokens">Tokens of each input, the model's marks included.</param>
    [GenerateSerializer, Immutable, Alias("MeasureOutcome.Measured")]
    public sealed record Measured(
        [property: Id(0)] int Width,
        [property: Id(1)] int Vocabulary,
        [property: Id(2)] IReadOnlyList<int> Tokens) : MeasureOutcome;

    /// <summary>The model makes no vectors; the text says why.</summary>
    [GenerateSerializer, Immutable, Alias("MeasureOutcome.Unfit")]
    public sealed record Unfit([property: Id(0)] string Why) : MeasureOutcome;

    /// <summary>The model's file cannot be read now.</summary>
    [GenerateSerializer, Immutable, Alias("MeasureOutcome.Unreadable")]
    public sealed record Unreadable : MeasureOutcome;
}
