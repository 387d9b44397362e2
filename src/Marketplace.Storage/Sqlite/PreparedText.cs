using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>
/// The text of a command on one session: what kind it is, and its compiled form while nobody runs it.
/// </summary>
internal sealed partial class PreparedText(string text) : IDisposable
{
    private const RegexOptions TextOptions =
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private const int TextTimeoutMs = 10_000;

    private SqliteCommand? _idle;
    private bool _disposed;

    /// <summary>Whether it may write.</summary>
    public bool MayWrite { get; } = IsWriter(text);

    /// <summary>
    /// Whether it is one statement that changes rows: if it fails, SQLite takes back that statement and nothing else,
    /// so it can share a transaction with others.
    /// </summary>
    public bool IsOneChange { get; } = IsOneStatement(text);

    /// <summary>Whether the text is anything else than queries or words that begin and end a transaction.</summary>
    public static bool IsWriter(string text)
    {
        var start = text.AsSpan().TrimStart();

        return !Bracket().IsMatch(start) && (!Query().IsMatch(start) || Change().IsMatch(start));
    }

    /// <summary>See <see cref="IsOneChange"/>. A semicolon in a literal counts as a second statement.</summary>
    public static bool IsOneStatement(string text)
    {
        var start = text.AsSpan().Trim().TrimEnd(';');

        return !start.Contains(';') && (FirstChange().IsMatch(start) || (With().IsMatch(start) && IsWriter(text)));
    }

    /// <summary>Gives the command these values, whatever it had before.</summary>
    public static void Bind(SqliteCommand command, IEnumerable<SqliteParameter> values)
    {
        var (bound, at) = (command.Parameters, 0);

        foreach (var value in values)
        {
            if (at == bound.Count || bound[at].ParameterName != value.ParameterName)
            {
                bound.Insert(at, new SqliteParameter { ParameterName = value.ParameterName });
            }

            bound[at++].Value = value.Value ?? DBNull.Value;
        }

        while (bound.Count > at)
        {
            bound.RemoveAt(bound.Count - 1);
        }
    }

    /// <summary>The compiled command, or a new one when that is running.</summary>
    public SqliteCommand Take(SqliteConnection connection) =>
        Interlocked.Exchange(ref _idle, null) ?? new SqliteCommand(text, connection);

    /// <summary>The command has run; the first one back stays.</summary>
    public void GiveBack(SqliteCommand command)
    {
        if (_disposed || Interlocked.CompareExchange(ref _idle, command, null) is not null)
        {
            command.Dispose();
        }
    }

    public void Dispose()
    {
        _disposed = true;
        Interlocked.Exchange(ref _idle, null)?.Dispose();
    }

    [GeneratedRegex(@"^(BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE)\b", TextOptions, TextTimeoutMs)]
    private static partial Regex Bracket();

    [GeneratedRegex(@"^(SELECT|WITH)\b", TextOptions, TextTimeoutMs)]
    private static partial Regex Query();

    [GeneratedRegex(@"^WITH\b", TextOptions, TextTimeoutMs)]
    private static partial Regex With();

    [GeneratedRegex(@"^(INSERT|UPDATE|DELETE|REPLACE)\b", TextOptions, TextTimeoutMs)]
    private static partial Regex FirstChange();

    [GeneratedRegex(@"\b(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER)\b", TextOptions, TextTimeoutMs)]
    private static partial Regex Change();
}
