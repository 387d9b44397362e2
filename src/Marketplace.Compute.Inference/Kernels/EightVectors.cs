namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// Eight neighbouring vectors of a product; those behind the last are the last one once more, whose sum is the same
/// wherever it is written from.
/// </summary>
internal readonly struct EightVectors(int first, int last)
{
    /// <summary>How many.</summary>
    public const int Count = 8;

    private readonly int _first = first;
    private readonly int _last = last;

    /// <summary>The vector with a number, 0 to 7.</summary>
    public int Of(int number) => _first + number < _last ? _first + number : _last;
}
