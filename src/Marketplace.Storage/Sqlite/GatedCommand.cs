using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace Marketplace.Storage.Sqlite;

/// <summary>
/// A command that waits for the writer's turn when it may write and runs off the caller's thread. A statement that
/// returns rows keeps its turn until its reader is closed, since SQLite keeps its lock as long.
/// </summary>
internal sealed partial class GatedCommand : SqliteCommand
{
    private const RegexOptions TextOptions =
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private const int TextTimeoutMs = 10_000;

    private bool NeedsPass => Connection is GatedConnection { IsInTransaction: false } && MayWrite(CommandText);

    [AllowNull]
    protected override DbTransaction? DbTransaction
    {
        get => base.DbTransaction;
        set => base.DbTransaction = value is OffThreadTransaction outer ? outer.Inner : value;
    }

    /// <summary>Whether the text is anything else than queries or words that begin and end a transaction.</summary>
    public static bool MayWrite(string text)
    {
        var start = text.AsSpan().TrimStart();

        return !Bracket().IsMatch(start) && (!Query().IsMatch(start) || Change().IsMatch(start));
    }

    public override int ExecuteNonQuery()
    {
        using var pass = EnterNow();
        return base.ExecuteNonQuery();
    }

    public override async Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken)
    {
        using var pass = await Enter(cancellationToken);
        return await Task.Run(base.ExecuteNonQuery, CancellationToken.None);
    }

    public override object? ExecuteScalar()
    {
        using var pass = EnterNow();
        return base.ExecuteScalar();
    }

    public override async Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken)
    {
        using var pass = await Enter(cancellationToken);
        return await Task.Run(base.ExecuteScalar, CancellationToken.None);
    }

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
    {
        var pass = EnterNow();
        return pass is null ? base.ExecuteReader(behavior) : ReadWith(pass, behavior);
    }

    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(
        CommandBehavior behavior, CancellationToken cancellationToken)
    {
        var pass = await Enter(cancellationToken);

        return pass is null
            ? await Task.Run(() => base.ExecuteReader(behavior), CancellationToken.None)
            : await Task.Run(() => ReadWith(pass, behavior), CancellationToken.None);
    }

    private GatedDataReader ReadWith(WriterGate.Pass pass, CommandBehavior behavior)
    {
        try
        {
            return new GatedDataReader(base.ExecuteReader(behavior), pass);
        }
        catch
        {
            pass.Dispose();
            throw;
        }
    }

    private async ValueTask<WriterGate.Pass?> Enter(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return NeedsPass ? await ((GatedConnection)Connection!).Gate.Enter(cancel) : null;
    }

    private WriterGate.Pass? EnterNow() =>
        NeedsPass ? Enter(CancellationToken.None).AsTask().GetAwaiter().GetResult() : null;

    [GeneratedRegex(@"^(BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE)\b", TextOptions, TextTimeoutMs)]
    private static partial Regex Bracket();

    [GeneratedRegex(@"^(SELECT|WITH)\b", TextOptions, TextTimeoutMs)]
    private static partial Regex Query();

    [GeneratedRegex(@"\b(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER)\b", TextOptions, TextTimeoutMs)]
    private static partial Regex Change();
}
