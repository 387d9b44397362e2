using Marketplace.Storage.Sqlite;

namespace Marketplace.Ledger.Tests;

/// <summary>Books in a fresh SQLite file, opened as the product opens them.</summary>
internal static class SqliteFiles
{
    public static async Task<TestBook> Open()
    {
        var folder = Directory.CreateTempSubdirectory("marketplace-ledger-");
        var source = new SqliteDataSource(Path.Combine(folder.FullName, "ledger.db"));

        return await TestBook.Open(LedgerDatabase.Sqlite(source), source, LedgerScripts.SqlitePrefix, Drop);

        ValueTask Drop()
        {
            folder.Delete(recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
