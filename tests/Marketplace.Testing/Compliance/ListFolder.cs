using System.Globalization;

namespace Marketplace.Testing.Compliance;

/// <summary>A sanctions list in its comma-separated form, in a folder of its own, that names nobody who exists.</summary>
public sealed class ListFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("marketplace-list-");

    public string Path => _folder.FullName;

    /// <summary>Writes an edition: parties with the addresses that they are listed with, or none.</summary>
    public void Publish(DateTimeOffset day, params (string Name, string? Wallet)[] parties)
    {
        var rows = parties.Select((party, at) => string.Create(
            CultureInfo.InvariantCulture,
            $"{at + 1},\"{party.Name}\",\"individual\",\"TEST\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,{Remarks(party.Wallet)}\r\n"));
        Write("alt.csv", string.Empty);
        Write("add.csv", string.Empty);
        Write("sdn_comments.csv", string.Empty);
        Write("sdn.csv", string.Concat(rows));
        Write("publish_date.txt", day.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "\n");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Remarks(string? wallet) =>
        wallet is null ? "-0- " : $"\"DOB 1970; Digital Currency Address - SOL {wallet};\"";

    private void Write(string file, string text) => File.WriteAllText(System.IO.Path.Combine(Path, file), text);
}
