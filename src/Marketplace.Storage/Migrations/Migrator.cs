using System.Data.Common;
using Marketplace.Storage.Sqlite;
using Npgsql;

namespace Marketplace.Storage.Migrations;

/// <summary>
/// Brings a database to this version: runs the scripts that it has not seen, all of a set in one transaction, and
/// records each with its hash. Processes that start together wait for each other. A script that was applied and has
/// changed since, or that this version does not know, is refused.
/// </summary>
public sealed class Migrator
{
    /// <summary>Wait for another process that migrates, and for one script.</summary>
    private const int StatementSecondsMax = 300;

    private readonly DbDataSource _source;
    private readonly bool _hasSchemas;

    private Migrator(DbDataSource source, bool hasSchemas)
    {
        _source = source;
        _hasSchemas = hasSchemas;
    }

    public static Migrator Sqlite(SqliteDataSource source) => new(source, hasSchemas: false);

    public static Migrator PostgreSql(NpgsqlDataSource source) => new(source, hasSchemas: true);

    /// <summary>
    /// Names of the scripts that were run, such as <c>orleans/0002_reminders.sql</c>; none when up to date.
    /// </summary>
    public async Task<IReadOnlyList<string>> Migrate(
        IReadOnlyCollection<ScriptSet> sets, CancellationToken cancel = default)
    {
        var applied = new List<string>();

        foreach (var set in sets)
        {
            applied.AddRange(await Migrate(set, cancel));
        }

        return applied;
    }

    private async Task<IReadOnlyList<string>> Migrate(ScriptSet set, CancellationToken cancel)
    {
        var known = set.Read();
        await using var connection = await _source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var work = new Work(connection, transaction, cancel);

        if (_hasSchemas)
        {
            // The lock's number is ours alone; it is given back with the transaction.
            await work.Run("SELECT pg_advisory_xact_lock(hashtextextended('marketplace.migrations', 0))");
            await work.Run($"CREATE SCHEMA IF NOT EXISTS {Quoted(set.Schema)}");
            await work.Run($"SET LOCAL search_path TO {Quoted(set.Schema)}");
        }

        await work.Run(
            "CREATE TABLE IF NOT EXISTS applied_script("
            + "name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, applied_at TEXT NOT NULL)");
        var recorded = await work.ReadRecorded();
        var missing = Missing(set.Schema, known, recorded);

        foreach (var script in missing)
        {
            await work.Run(script.Text);
            await work.Record(script);
        }

        await transaction.CommitAsync(cancel);
        return [.. missing.Select(script => $"{set.Schema}/{script.Name}")];
    }

    private static List<Script> Missing(
        string schema, IReadOnlyList<Script> known, IReadOnlyList<(string Name, string Sha256)> recorded)
    {
        for (var at = 0; at < recorded.Count; at++)
        {
            var (name, sha256) = recorded[at];
            var script = known.FirstOrDefault(s => s.Name == name) ?? throw new MigrationException(
                $"The database has had the script '{schema}/{name}', which this version does not know: a newer version "
                + "has run on it. Start that version, or restore a backup from before it.");

            if (script.Sha256 != sha256)
            {
                throw new MigrationException(
                    $"The script '{schema}/{name}' was changed after it had been applied (hash then {sha256[..12]}, "
                    + $"now {script.Sha256[..12]}). Restore it, and put the change into a new script.");
            }

            if (known[at].Name != name)
            {
                throw new MigrationException(
                    $"The script '{schema}/{known[at].Name}' comes before '{name}', which has been applied already. "
                    + "Give the new script a number after the last one.");
            }
        }

        return [.. known.Skip(recorded.Count)];
    }

    private static string Quoted(string schema) => $"\"{schema.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private sealed record Work(DbConnection Connection, DbTransaction Transaction, CancellationToken Cancel)
    {
        public async Task Run(string text)
        {
            await using var command = Command(text);
            await command.ExecuteNonQueryAsync(Cancel);
        }

        public async Task<IReadOnlyList<(string Name, string Sha256)>> ReadRecorded()
        {
            var rows = new List<(string Name, string Sha256)>();
            await using var command = Command("SELECT name, sha256 FROM applied_script");
            await using var reader = await command.ExecuteReaderAsync(Cancel);

            while (await reader.ReadAsync(Cancel))
            {
                rows.Add((reader.GetString(0), reader.GetString(1)));
            }

            // Here and not in SQL, whose order of text follows the database's collation.
            return [.. rows.OrderBy(row => row.Name, StringComparer.Ordinal)];
        }

        public async Task Record(Script script)
        {
            await using var command = Command("INSERT INTO applied_script VALUES(@name, @sha256, CURRENT_TIMESTAMP)");
            Add(command, "name", script.Name);
            Add(command, "sha256", script.Sha256);
            await command.ExecuteNonQueryAsync(Cancel);
        }

        private static void Add(DbCommand command, string name, string value)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }

        private DbCommand Command(string text)
        {
            var command = Connection.CreateCommand();
            command.CommandText = text;
            command.Transaction = Transaction;
            command.CommandTimeout = StatementSecondsMax;
            return command;
        }
    }
}
