namespace Marketplace.Benchmarks.Ledger;

/// <summary>
/// Writes rows into the tables of the books without the checks that the database makes of each: for books that are
/// generated whole. The audit afterwards is what judges them.
/// </summary>
internal interface IRowSink : IAsyncDisposable
{
    /// <param name="table">Such as <c>posting</c>.</param>
    /// <param name="columns">In the order of the values.</param>
    /// <param name="rows">Whole numbers as long, texts and bytes.</param>
    Task Write(string table, string[] columns, IReadOnlyList<object[]> rows);

    /// <summary>Runs one statement as it stands.</summary>
    Task Execute(string statement);

    /// <summary>Makes it last; the database's own checks stand again.</summary>
    Task Commit();
}
