using System.Data;
using System.Globalization;

namespace Marketplace.Storage.Tests.Sql;

/// <summary>One stored state, by the key that Orleans gives it.</summary>
public sealed record GrainRow(string? Text, string State = "device", long N0 = 0, long N1 = 0, string Service = "marketplace")
{
    /// <summary>Every row of these tests has the same hashes, so the other columns must tell them apart.</summary>
    private const int Hash = -1_234;

    public async Task<int?> Write(OrleansStore store, int? version, byte[] payload)
    {
        var rows = await store.Run(
            "WriteToStorageKey",
            [.. Key(), ("GrainStateVersion", version, DbType.Int32), ("PayloadBinary", payload, DbType.Binary)]);

        return Single(rows, "NewGrainStateVersion");
    }

    public async Task<(byte[]? Payload, int Version)?> Read(OrleansStore store)
    {
        var rows = await store.Run("ReadFromStorageKey", Key());
        Assert.True(rows.Count <= 1, "a state has one row");

        return rows.Count == 0
            ? null
            : ((byte[]?)rows[0]["PayloadBinary"], Convert.ToInt32(rows[0]["Version"], CultureInfo.InvariantCulture));
    }

    public async Task<int?> Clear(OrleansStore store, int? version)
    {
        var rows = await store.Run("ClearStorageKey", [.. Key(), ("GrainStateVersion", version, DbType.Int32)]);
        return Single(rows, "NewGrainStateVersion");
    }

    private static int? Single(IReadOnlyList<IReadOnlyDictionary<string, object?>> rows, string column)
    {
        Assert.True(rows.Count <= 1, "more than one row is an error to Orleans");
        return rows.Count == 0 ? null : Convert.ToInt32(rows[0][column], CultureInfo.InvariantCulture);
    }

    private (string Name, object? Value, DbType Type)[] Key() =>
    [
        ("GrainIdHash", Hash, DbType.Int32),
        ("GrainIdN0", N0, DbType.Int64),
        ("GrainIdN1", N1, DbType.Int64),
        ("GrainTypeHash", Hash, DbType.Int32),
        ("GrainTypeString", State, DbType.String),
        ("GrainIdExtensionString", Text, DbType.String),
        ("ServiceId", Service, DbType.String),
    ];
}
