namespace Marketplace.Compute.Inference.Llama;

/// <summary>
/// The sizes of a model of Llama's architecture (Touvron et al. 2023) and of its kin: Mistral's window, Qwen's biases
/// and norms of queries and keys.
/// </summary>
public sealed record LlamaShape
{
    public required int Dimension { get; init; }

    public required int FeedForward { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    /// <summary>Heads of keys and values; fewer than <see cref="Heads"/> with grouped-query attention.</summary>
    public required int KeyValueHeads { get; init; }

    public required int Vocabulary { get; init; }

    /// <summary>Positions that a sequence may use.</summary>
    public required int Context { get; init; }

    public required float NormEpsilon { get; init; }

    public required float RopeBase { get; init; }

    /// <summary>Elements of a head, where they are not the dimension's share; Qwen 3 has more.</summary>
    public int? KeyLength { get; init; }

    public RopePairs RopePairs { get; init; }

    /// <summary>How positions are stretched; null for as they were trained.</summary>
    public RopeScaling? RopeScaling { get; init; }

    /// <summary>
    /// Positions that a token sees, itself among them; null for all before it. Beltagy et al. 2020; Mistral's.
    /// </summary>
    public int? Window { get; init; }

    public int HeadSize => KeyLength ?? (Dimension / Heads);

    /// <summary>Elements of all heads' queries.</summary>
    public int QueryDimension => HeadSize * Heads;

    public int KeyValueDimension => HeadSize * KeyValueHeads;

    /// <exception cref="ModelFormatException">The sizes do not fit one another.</exception>
    internal LlamaShape Checked()
    {
        if ((KeyLength is null && Dimension % Heads != 0) || Heads % KeyValueHeads != 0 || HeadSize % 2 != 0)
        {
            throw new ModelFormatException(
                $"dimension {Dimension}, {Heads} heads of {HeadSize} and {KeyValueHeads} key/value heads do not divide "
                    + "evenly");
        }

        return this;
    }
}
