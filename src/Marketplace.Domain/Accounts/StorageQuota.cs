namespace Marketplace.Domain.Accounts;

/// <summary>How much of an account's storage one upload may take.</summary>
public static class StorageQuota
{
    /// <summary>
    /// Bytes to set aside for the upload, or null when the quota has no room for it. An upload that does not tell its
    /// length gets what is left, up to the largest file.
    /// </summary>
    /// <param name="used">Bytes that the account has stored.</param>
    /// <param name="wanted">Length of the upload, or null when it is not told.</param>
    /// <param name="fileMax">Largest file.</param>
    /// <param name="quota">Bytes that the account may store.</param>
    public static long? Reserve(long used, long? wanted, long fileMax, long quota)
    {
        var left = Math.Max(0, quota - used);

        return wanted is { } bytes
            ? bytes <= left ? bytes : null
            : left > 0 ? Math.Min(left, fileMax) : null;
    }
}
