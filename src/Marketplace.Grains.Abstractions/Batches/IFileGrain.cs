using Marketplace.Domain.Accounts;

namespace Marketplace.Grains.Abstractions.Batches;

/// <summary>A file of the OpenAI files API; key <c>file_…</c>.</summary>
[GrainInterfaceType("file"), Alias("IFileGrain")]
public interface IFileGrain : IGrainWithStringKey
{
    /// <summary>
    /// Gives uploaded bytes a name; again, the first answer. Null when the file was deleted, or the bytes were while
    /// they came.
    /// </summary>
    [Alias("Open")]
    Task<FileView?> Open(
        AccountId account, string name, string purpose, string sha256, long bytes, CancellationToken cancel = default);

    /// <summary>The file, or null when there is none or it was deleted.</summary>
    [Alias("Describe")]
    Task<FileView?> Describe(CancellationToken cancel = default);

    /// <summary>
    /// Deletes it: it is not listed, read or counted any more, and its bytes go with the last file or batch that needs
    /// them. Harmless when it is gone.
    /// </summary>
    [Alias("Delete")]
    Task Delete(CancellationToken cancel = default);

    /// <summary>Ends a deletion that was cut off; changes nothing of a file that stays.</summary>
    [Alias("Tidy")]
    Task Tidy(CancellationToken cancel = default);
}
