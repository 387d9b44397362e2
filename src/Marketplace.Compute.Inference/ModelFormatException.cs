namespace Marketplace.Compute.Inference;

/// <summary>
/// A model file that cannot be used. The message names the offence and, where there is one, the byte offset.
/// </summary>
public sealed class ModelFormatException : Exception
{
    public ModelFormatException(string message)
        : base(message)
    {
    }

    public ModelFormatException(string message, long offset)
        : base($"{message} (at byte {offset})") => Offset = offset;

    private ModelFormatException(string message, ModelFormatException fault)
        : base(message, fault) => Offset = fault.Offset;

    /// <summary>Where in the file, or null when no single place is at fault.</summary>
    public long? Offset { get; }

    /// <summary>The same of one of a model's several files.</summary>
    internal ModelFormatException In(string file) => new($"{file}: {Message}", this);
}
