using Marketplace.Domain.Inference;

namespace Marketplace.Grains.Inference;

/// <summary>What a reader found.</summary>
public abstract record ModelReading
{
    private ModelReading()
    {
    }

    /// <summary>A model that can be run.</summary>
    /// <param name="Files">Its files where they are several: then what was read is their list.</param>
    public sealed record Facts(
        string Architecture,
        long Parameters,
        int ContextLength,
        string WeightFormat,
        ModelBundle? Files = null) : ModelReading;

    /// <summary>No usable model; the text names the offence and the offset.</summary>
    public sealed record Fault(string Why) : ModelReading;
}
