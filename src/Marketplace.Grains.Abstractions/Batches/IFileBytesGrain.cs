namespace Marketplace.Grains.Abstractions.Batches;

/// <summary>
/// Who needs the bytes of one content in the store of files; key: their SHA-256. Files of the same content share them,
/// and a batch needs its input whether or not the file is deleted.
/// </summary>
[GrainInterfaceType("file-bytes"), Alias("IFileBytesGrain")]
public interface IFileBytesGrain : IGrainWithStringKey
{
    /// <summary>
    /// From now on the holder needs them; again it changes nothing. False, and nothing is held, when they are not in
    /// the store.
    /// </summary>
    [Alias("Hold")]
    Task<bool> Hold(string holder, CancellationToken cancel = default);

    /// <summary>
    /// The holder needs them no more; when nobody does, they are deleted. Harmless when it never held them.
    /// </summary>
    [Alias("Release")]
    Task Release(string holder, CancellationToken cancel = default);
}
