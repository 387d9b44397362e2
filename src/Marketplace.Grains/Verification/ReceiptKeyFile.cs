using Marketplace.Solana.Keys;

namespace Marketplace.Grains.Verification;

/// <summary>The key file of receipts: made when it is missing, readable by its owner alone.</summary>
internal static class ReceiptKeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Opens the key, or makes it. Processes that start together get the same one.</summary>
    /// <exception cref="FormatException">The file is no key, or others may read it.</exception>
    public static Keypair Open(string path)
    {
        var full = Path.GetFullPath(path);

        if (!File.Exists(full))
        {
            Make(full);
        }

        return OpenThere(full, "Receipts:KeyFile");
    }

    /// <summary>Opens a key that is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">What names it, for whoever reads a refusal.</param>
    /// <exception cref="FormatException">The file is no key, is not there, or others may read it.</exception>
    public static Keypair OpenThere(string path, string option)
    {
        var full = Path.GetFullPath(path);

        if (!File.Exists(full))
        {
            throw new FormatException($"{option} '{full}' is not there.");
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(full) & Others) != 0)
        {
            throw new FormatException($"{option} '{full}' is open to others than its owner; chmod 600 it.");
        }

        return Keypair.Load(full);
    }

    private static void Make(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var key = Keypair.Generate();
        var fresh = $"{path}.{key.PublicKey}";
        var open = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };

        if (!OperatingSystem.IsWindows())
        {
            open.UnixCreateMode = OwnerOnly;
        }

        using (var writer = new StreamWriter(fresh, open))
        {
            writer.Write(key.ToJson());
            writer.Flush();
            ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
        }

        try
        {
            // Whole or not at all, and never over another's: the first process wins.
            File.Move(fresh, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(fresh);
        }
    }
}
