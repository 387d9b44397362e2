namespace Marketplace.Grains.Abstractions;

/// <summary>
/// Files by the SHA-256 of their bytes, written as 64 lower-case hex digits. What is stored never changes, so a repeat
/// is harmless.
/// </summary>
public interface IBlobStore
{
    /// <summary>
    /// Stores what can be read from the stream when its hash is the expected one (null: any) and it is not longer than
    /// the limit. Nothing is kept of a refused or broken upload.
    /// </summary>
    Task<PutBlobOutcome> Put(Stream content, string? sha256, long bytesMax, CancellationToken cancel = default);

    /// <summary>Opens the file for reading, or null when there is none.</summary>
    Task<Stream?> OpenRead(string sha256, CancellationToken cancel = default);

    /// <summary>Length of the file in bytes, or null when there is none.</summary>
    Task<long?> Length(string sha256, CancellationToken cancel = default);

    /// <summary>
    /// Deletes the file; harmless when there is none. Who is reading it reads on. The store does not know who needs a
    /// file: the caller must.
    /// </summary>
    Task Delete(string sha256, CancellationToken cancel = default);
}
