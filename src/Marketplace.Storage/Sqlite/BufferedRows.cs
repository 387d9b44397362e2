using System.Collections;
using System.Data.Common;
using System.Globalization;

namespace Marketplace.Storage.Sqlite;

/// <summary>
/// The rows that a committed statement returned, read from memory. SQLite's types: long, double, text, bytes.
/// </summary>
internal sealed class BufferedRows : DbDataReader
{
    /// <summary>Most rows that a statement outside a transaction may return.</summary>
    public const int RowsMax = 10_000;

    private readonly string[] _names;
    private readonly List<object[]> _rows;
    private int _at = -1;
    private bool _closed;

    private BufferedRows(string[] names, List<object[]> rows, int affected)
    {
        _names = names;
        _rows = rows;
        RecordsAffected = affected;
    }

    public override int Depth => 0;

    public override int FieldCount => _names.Length;

    public override bool HasRows => _rows.Count > 0;

    public override bool IsClosed => _closed;

    public override int RecordsAffected { get; }

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    /// <summary>Reads everything there is and closes the reader.</summary>
    public static BufferedRows From(DbDataReader reader)
    {
        var names = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        var rows = new List<object[]>();

        while (reader.Read())
        {
            if (rows.Count >= RowsMax)
            {
                throw new InvalidOperationException($"A statement outside a transaction returned over {RowsMax} rows.");
            }

            var row = new object[names.Length];
            reader.GetValues(row);
            rows.Add(row);
        }

        reader.Close();
        return new(names, rows, reader.RecordsAffected);
    }

    public override bool Read() => ++_at < _rows.Count;

    public override bool NextResult() => false;

    public override void Close() => _closed = true;

    public override object GetValue(int ordinal) => _rows[_at][ordinal];

    public override int GetValues(object[] values)
    {
        var count = Math.Min(values.Length, FieldCount);
        Array.Copy(_rows[_at], values, count);
        return count;
    }

    public override string GetName(int ordinal) => _names[ordinal];

    public override int GetOrdinal(string name) =>
        Array.FindIndex(
            _names, known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase)) is var at and >= 0
            ? at
            : throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such column.");

    public override Type GetFieldType(int ordinal) => _rows.Count == 0 ? typeof(object) : _rows[0][ordinal].GetType();

    public override string GetDataTypeName(int ordinal) => GetFieldType(ordinal).Name;

    public override bool IsDBNull(int ordinal) => GetValue(ordinal) is DBNull;

    public override bool GetBoolean(int ordinal) => GetInt64(ordinal) != 0;

    public override byte GetByte(int ordinal) => checked((byte)GetInt64(ordinal));

    public override char GetChar(int ordinal) => checked((char)GetInt64(ordinal));

    public override short GetInt16(int ordinal) => checked((short)GetInt64(ordinal));

    public override int GetInt32(int ordinal) => checked((int)GetInt64(ordinal));

    public override long GetInt64(int ordinal) => (long)GetValue(ordinal);

    public override float GetFloat(int ordinal) => (float)GetDouble(ordinal);

    public override double GetDouble(int ordinal) => Convert.ToDouble(GetValue(ordinal), CultureInfo.InvariantCulture);

    public override decimal GetDecimal(int ordinal) =>
        Convert.ToDecimal(GetValue(ordinal), CultureInfo.InvariantCulture);

    public override string GetString(int ordinal) => (string)GetValue(ordinal);

    public override Guid GetGuid(int ordinal) => Guid.Parse(GetString(ordinal), CultureInfo.InvariantCulture);

    public override DateTime GetDateTime(int ordinal) => DateTime.Parse(
        GetString(ordinal),
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length)
    {
        var bytes = (byte[])GetValue(ordinal);

        if (buffer is null)
        {
            return bytes.Length;
        }

        var count = (int)Math.Clamp(bytes.Length - dataOffset, 0, length);
        Array.Copy(bytes, dataOffset, buffer, bufferOffset, count);
        return count;
    }

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length)
    {
        var text = GetString(ordinal);

        if (buffer is null)
        {
            return text.Length;
        }

        var count = (int)Math.Clamp(text.Length - dataOffset, 0, length);
        text.CopyTo((int)dataOffset, buffer, bufferOffset, count);
        return count;
    }

    public override IEnumerator GetEnumerator() => new DbEnumerator(this, closeReader: false);
}
