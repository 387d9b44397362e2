using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Storage.Migrations;

/// <summary>
/// Numbered scripts (<c>0001_what.sql</c>, ...) that build one schema: the embedded resources of an assembly whose
/// names begin with a prefix, in the order of their names.
/// </summary>
/// <param name="Schema">Where they run: a schema of PostgreSQL; on SQLite only a word in messages.</param>
/// <param name="Assembly">The assembly that holds them.</param>
/// <param name="Prefix">Such as <c>Marketplace.Ledger.Sql.Sqlite.</c>; what follows is the script's name.</param>
public sealed record ScriptSet(string Schema, Assembly Assembly, string Prefix)
{
    /// <summary>Orleans' tables and statements for SQLite.</summary>
    public static ScriptSet OrleansOnSqlite { get; } =
        new("orleans", typeof(ScriptSet).Assembly, "Marketplace.Storage.Sql.Sqlite.");

    /// <summary>Orleans' tables and statements for PostgreSQL.</summary>
    public static ScriptSet OrleansOnPostgreSql { get; } =
        new("orleans", typeof(ScriptSet).Assembly, "Marketplace.Storage.Sql.PostgreSql.");

    internal IReadOnlyList<Script> Read()
    {
        var scripts = Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(Load)
            .ToList();

        return scripts.Count > 0
            ? scripts
            : throw new MigrationException(
                $"{Assembly.GetName().Name} holds no script whose name begins with '{Prefix}'.");
    }

    private Script Load(string resource)
    {
        using var reader = new StreamReader(Assembly.GetManifestResourceStream(resource)!);
        // A checkout may turn line ends over; the script is the same.
        var text = reader.ReadToEnd().ReplaceLineEndings("\n");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

        return new Script(resource[Prefix.Length..], text, hash);
    }
}
