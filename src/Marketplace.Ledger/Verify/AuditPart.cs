using System.Data.Common;

namespace Marketplace.Ledger.Verify;

/// <summary>A part of an audit that reads by itself, beside the others.</summary>
/// <param name="Name">For the table of times.</param>
/// <param name="Run">Reads and judges.</param>
internal sealed record AuditPart(
    string Name, Func<DbConnection, CancellationToken, Task<IReadOnlyList<InvariantResult>>> Run)
{
    /// <summary>A part with one result.</summary>
    public static AuditPart Of(string name, Func<DbConnection, CancellationToken, Task<InvariantResult>> run) =>
        new(name, async (connection, cancel) => [await run(connection, cancel)]);
}
