using System.Data.Common;
using System.Text;

namespace Marketplace.Ledger.Sql;

/// <summary>Several statements sent as one command with shared parameters.</summary>
internal sealed class Statements : IAsyncDisposable
{
    private readonly DbCommand _command;
    private readonly StringBuilder _text = new();

    public Statements(DbConnection connection, DbTransaction? transaction)
    {
        _command = connection.CreateCommand();
        _command.Transaction = transaction;
    }

    public bool IsEmpty => _text.Length == 0;

    public void Add(string text) => _text.Append(text).Append('\n');

    public void Add(bool isWanted, string text)
    {
        if (isWanted)
        {
            Add(text);
        }
    }

    public void Set(string name, object value)
    {
        var parameter = _command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        _command.Parameters.Add(parameter);
    }

    public Task<DbDataReader> Read(CancellationToken cancel)
    {
        _command.CommandText = _text.ToString();
        return _command.ExecuteReaderAsync(cancel);
    }

    public ValueTask DisposeAsync() => _command.DisposeAsync();
}
