namespace Marketplace.Domain.Inference;

/// <summary>What one order of embeddings may ask for.</summary>
public static class EmbeddingLimits
{
    /// <summary>Inputs, each of which becomes a vector.</summary>
    public const int InputsMax = 2_048;

    /// <summary>Tokens of all inputs together.</summary>
    public const int TokensMax = 300_000;

    /// <summary>Bytes of all vectors together: 2,048 of 4,096 numbers.</summary>
    public const long VectorBytesMax = 32L << 20;

    /// <summary>Bytes of one number of a vector, a float of 32 bits, little-endian.</summary>
    public const int NumberBytes = sizeof(float);

    /// <summary>How far from 1 the length of a vector may be; single precision leaves far less.</summary>
    public const double LengthTolerance = 1e-4;
}
