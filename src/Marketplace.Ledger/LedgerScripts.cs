using System.Reflection;

namespace Marketplace.Ledger;

/// <summary>Where the numbered scripts of the books are: embedded resources, run in the order of their names.</summary>
public static class LedgerScripts
{
    /// <summary>Start of the resource names for SQLite; the script's file name follows.</summary>
    public const string SqlitePrefix = "Marketplace.Ledger.Sql.Sqlite.";

    /// <summary>Start of the resource names for PostgreSQL.</summary>
    public const string PostgreSqlPrefix = "Marketplace.Ledger.Sql.PostgreSql.";

    public static Assembly Assembly => typeof(LedgerScripts).Assembly;

    /// <summary>File names and texts below a prefix, in order.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(string prefix)
    {
        var names = Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

        return [.. names.Select(name => KeyValuePair.Create(name[prefix.Length..], Text(name)))];
    }

    private static string Text(string resource)
    {
        using var reader = new StreamReader(Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
