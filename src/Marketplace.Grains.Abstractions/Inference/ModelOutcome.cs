namespace Marketplace.Grains.Abstractions.Inference;

/// <summary>What became of a model registration.</summary>
[GenerateSerializer, Immutable, Alias("ModelOutcome")]
public abstract record ModelOutcome
{
    private ModelOutcome()
    {
    }

    /// <summary>It can be ordered.</summary>
    [GenerateSerializer, Immutable, Alias("ModelOutcome.Registered")]
    public sealed record Registered([property: Id(0)] ModelView Model) : ModelOutcome;

    /// <summary>No file with this hash was uploaded.</summary>
    [GenerateSerializer, Immutable, Alias("ModelOutcome.BlobUnknown")]
    public sealed record BlobUnknown : ModelOutcome;

    /// <summary>The name belongs to other bytes.</summary>
    [GenerateSerializer, Immutable, Alias("ModelOutcome.NameTaken")]
    public sealed record NameTaken([property: Id(0)] string Sha256) : ModelOutcome;

    /// <summary>The file is no usable model; the text names the offence and the offset.</summary>
    [GenerateSerializer, Immutable, Alias("ModelOutcome.Corrupt")]
    public sealed record Corrupt([property: Id(0)] string Why) : ModelOutcome;

    /// <summary>The catalogue takes no more models.</summary>
    [GenerateSerializer, Immutable, Alias("ModelOutcome.Full")]
    public sealed record Full([property: Id(0)] int ModelsMax) : ModelOutcome;
}
