using System.Data.Common;

namespace Marketplace.Ledger.Verify;

/// <summary>How a hash chain is read again: number, previous hash, hash, then what the hash covers.</summary>
internal sealed record ChainText(string Query, Func<DbDataReader, string> Read)
{
    public static readonly ChainText Audit = new(
        "SELECT seq, prev_hash, hash, at_us, actor, action, subject, reason FROM audit ORDER BY seq",
        row => AuditLog.Text(
            row.GetInt64(3), row.GetString(4), row.GetString(5), row.GetString(6), row.GetString(7)));
}
