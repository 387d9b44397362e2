namespace Marketplace.Host.Storage;

/// <summary>Where the marketplace keeps its data. Section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";
    public const string Sqlite = "Sqlite";
    public const string PostgreSql = "PostgreSql";
    private const int LedgerConnectionsMin = 4;
    private const int PoolMax = 1_000;

    /// <summary>
    /// <c>Sqlite</c> (two files in the data directory, one process) or <c>PostgreSql</c> (any number of processes).
    /// </summary>
    public string Provider { get; set; } = Sqlite;

    /// <summary>
    /// Folder of the SQLite files and of the blobs; made when missing. Processes on PostgreSQL share one by a volume.
    /// </summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>Npgsql connection string of the database, which must exist. Needed by <c>PostgreSql</c>, refused by
    /// <c>Sqlite</c>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Most connections of this process for grain state, reminders and membership; PostgreSQL only.</summary>
    public int OrleansConnectionsMax { get; set; } = 50;

    /// <summary>
    /// Most connections of this process for the books; PostgreSQL only. At least four: an audit reads with two at once.
    /// </summary>
    public int LedgerConnectionsMax { get; set; } = 50;

    internal bool IsPostgreSql => Provider == PostgreSql;

    internal IEnumerable<string> Faults()
    {
        if (Provider is not (Sqlite or PostgreSql))
        {
            yield return $"Storage:Provider is '{Provider}'; allowed are {Sqlite} and {PostgreSql}.";
        }

        if (string.IsNullOrWhiteSpace(DataDirectory))
        {
            yield return "Storage:DataDirectory is empty; give a folder, such as /var/lib/marketplace.";
        }

        if (IsPostgreSql && string.IsNullOrWhiteSpace(ConnectionString))
        {
            yield return $"Storage:ConnectionString is missing; {PostgreSql} needs one, such as "
                + "Host=db;Username=marketplace;Password=...;Database=marketplace.";
        }

        if (Provider == Sqlite && !string.IsNullOrWhiteSpace(ConnectionString))
        {
            yield return $"Storage:ConnectionString is given but Storage:Provider is {Sqlite}; set the provider to "
                + $"{PostgreSql}, or leave the connection string out.";
        }

        if (OrleansConnectionsMax is < 1 or > PoolMax)
        {
            yield return $"Storage:OrleansConnectionsMax is {OrleansConnectionsMax}; allowed are 1 to {PoolMax}.";
        }

        if (LedgerConnectionsMax is < LedgerConnectionsMin or > PoolMax)
        {
            yield return $"Storage:LedgerConnectionsMax is {LedgerConnectionsMax}; "
                + $"allowed are {LedgerConnectionsMin} to {PoolMax}.";
        }
    }
}
