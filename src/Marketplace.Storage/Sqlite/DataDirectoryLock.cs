namespace Marketplace.Storage.Sqlite;

/// <summary>
/// Marks a data directory as in use by this process. Two processes on one SQLite directory would each believe to be the
/// only silo, so the second one must not start. The mark goes with the process, however that ends.
/// </summary>
public sealed class DataDirectoryLock : IDisposable
{
    private const string FileName = "in-use.lock";
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <summary>Takes the directory, which must exist; null when another process has it.</summary>
    public static DataDirectoryLock? TryTake(string directory)
    {
        try
        {
            return new DataDirectoryLock(new FileStream(
                Path.Combine(directory, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException error) when (error is not (DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();
}
