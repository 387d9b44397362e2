using System.Data;
using System.Data.Common;

namespace Marketplace.Storage.Tests.Sql;

/// <summary>Runs the stored statements as Orleans does: by key, with typed parameters, every row of every result.</summary>
public sealed class OrleansStore(DbDataSource source)
{
    /// <summary>Parameters are triples in a tuple: name, value, and the type that a null has too.</summary>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> Run(
        string key, params (string Name, object? Value, DbType Type)[] parameters)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = await Text(connection, key);

        foreach (var (name, value, type) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.DbType = type;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await ReadAll(reader, cancel);
    }

    private static async Task<List<IReadOnlyDictionary<string, object?>>> ReadAll(
        DbDataReader reader, CancellationToken cancel)
    {
        var rows = new List<IReadOnlyDictionary<string, object?>>();

        do
        {
            while (await reader.ReadAsync(cancel))
            {
                var row = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase);

                for (var column = 0; column < reader.FieldCount; column++)
                {
                    row[reader.GetName(column)] = reader.IsDBNull(column) ? null : reader.GetValue(column);
                }

                rows.Add(row);
            }
        }
        while (await reader.NextResultAsync(cancel));

        return rows;
    }

    private static async Task<string> Text(DbConnection connection, string key)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT QueryText FROM OrleansQuery WHERE QueryKey = '{key}'";

        return (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
