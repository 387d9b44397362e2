namespace Marketplace.Training.Parameters;

/// <summary>Where one tensor lies among all parameters; row-major [out, in], by GGUF's name.</summary>
internal sealed record ParameterTensor(string Name, int Rows, int Columns, int Offset)
{
    public int Length => Rows * Columns;

    /// <summary>Norms have one row; their weights do not decay.</summary>
    public bool IsMatrix => Rows > 1;

    public Span<float> Of(float[] parameters) => parameters.AsSpan(Offset, Length);
}
