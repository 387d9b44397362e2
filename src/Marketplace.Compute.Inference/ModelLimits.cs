namespace Marketplace.Compute.Inference;

/// <summary>What a model file may hold. Anything above is refused before it is allocated.</summary>
public static class ModelLimits
{
    public const int MetadataEntriesMax = 4_096;
    public const int TensorsMax = 65_536;
    public const int StringBytesMax = 16 * 1024 * 1024;
    public const int ArrayElementsMax = 4_000_000;
    public const int ArrayDepthMax = 2;
    public const int NameBytesMax = 256;
    public const int VocabularyMax = 1_000_000;

    /// <summary>Bytes of one token's text; the longest of known vocabularies has a few hundred.</summary>
    public const int TokenBytesMax = 1_024;
    public const int DimensionMax = 131_072;
    public const int LayersMax = 1_024;
    public const int HeadsMax = 1_024;

    /// <summary>
    /// Positions that every model may use. Converters write a training batch's length as context length (128 for a
    /// model trained with 512), and rotary positions need no table.
    /// </summary>
    public const int ContextFloor = 512;

    public const int ContextMax = 1_048_576;
}
