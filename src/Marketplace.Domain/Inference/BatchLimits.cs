namespace Marketplace.Domain.Inference;

/// <summary>What a batch may hold.</summary>
public static class BatchLimits
{
    /// <summary>Requests of one batch.</summary>
    public const int LinesMax = 10_000;

    /// <summary>Bytes of one line of the input.</summary>
    public const int LineBytesMax = 1024 * 1024;

    /// <summary>Characters of a <c>custom_id</c>.</summary>
    public const int CustomIdLengthMax = 512;

    /// <summary>Faults of an input that are told.</summary>
    public const int FaultsMax = 20;

    /// <summary>Entries of a batch's metadata.</summary>
    public const int MetadataMax = 16;

    /// <summary>Characters of a key of the metadata.</summary>
    public const int MetadataKeyLengthMax = 64;

    /// <summary>Characters of a value of the metadata.</summary>
    public const int MetadataValueLengthMax = 512;

    /// <summary>Characters of the name of a file.</summary>
    public const int FileNameLengthMax = 255;

    /// <summary>Files and batches of one content that are counted; one that had more is kept for ever.</summary>
    public const int HoldersMax = 10_000;

    /// <summary>How long a batch may take.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);
}
