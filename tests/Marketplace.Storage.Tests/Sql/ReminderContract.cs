using System.Data;
using System.Globalization;

namespace Marketplace.Storage.Tests.Sql;

/// <summary>What Orleans asks of the statements for reminders; each engine runs it.</summary>
public abstract class ReminderContract
{
    private static readonly DateTime Start = new(2026, 3, 1, 12, 30, 15, 250, DateTimeKind.Utc);

    protected abstract Task<OrleansStore> Open();

    [Fact]
    public async Task A_reminder_is_inserted_as_version_zero_and_updated_by_one()
    {
        var store = await Open();

        Assert.Equal(0, await Upsert(store, "payout/pay_1", "sweep", 5));
        Assert.Equal(1, await Upsert(store, "payout/pay_1", "sweep", 5, period: 120_000));
        Assert.Equal(0, await Upsert(store, "payout/pay_1", "retry", 5));

        var row = Assert.Single(await Read(store, "payout/pay_1", "sweep"));
        Assert.Equal("payout/pay_1", row["GrainId"]);
        Assert.Equal("sweep", row["ReminderName"]);
        Assert.Equal(120_000L, row["Period"]);
        Assert.Equal(Start, Time(row["StartTime"]));
        Assert.Empty(await Read(store, "payout/pay_2", "sweep"));
    }

    [Fact]
    public async Task All_reminders_of_a_grain_are_found_and_no_other()
    {
        var store = await Open();
        await Upsert(store, "payout/pay_1", "sweep", 5);
        await Upsert(store, "payout/pay_1", "retry", 5);
        await Upsert(store, "payout/pay_2", "sweep", 5);
        await Upsert(store, "payout/pay_1", "sweep", 5, service: "other");

        var rows = await store.Run("ReadReminderRowsKey", Service(), ("GrainId", "payout/pay_1", DbType.String));

        Assert.Equal("retry,sweep", Names(rows));
    }

    [Theory]
    [InlineData("ReadRangeRows1Key", -10, 10, "b,c,d")]
    [InlineData("ReadRangeRows1Key", int.MinValue, int.MaxValue, "a,b,c,d,e")]
    [InlineData("ReadRangeRows1Key", 10, 11, "")]
    [InlineData("ReadRangeRows2Key", 10, -10, "a,e,min")]
    [InlineData("ReadRangeRows2Key", int.MaxValue, int.MinValue, "min")]
    [InlineData("ReadRangeRows2Key", 0, 0, "a,b,c,d,e,min")]
    public async Task A_range_leaves_its_begin_out_and_takes_its_end(string key, int begin, int end, string expected)
    {
        var store = await Open();

        foreach (var (name, hash) in new (string, int)[]
            { ("min", int.MinValue), ("a", -10), ("b", -9), ("c", 0), ("d", 10), ("e", int.MaxValue) })
        {
            await Upsert(store, $"job/{name}", name, hash);
        }

        await Upsert(store, "job/b", "b", -9, service: "other");
        var rows = await store.Run(
            key, Service(), ("BeginHash", begin, DbType.Int32), ("EndHash", end, DbType.Int32));

        Assert.Equal(expected, Names(rows));
    }

    [Fact]
    public async Task A_reminder_is_deleted_by_its_version_only_and_the_answer_is_always_one_row()
    {
        var store = await Open();
        await Upsert(store, "job/job_1", "sweep", 5);
        await Upsert(store, "job/job_1", "sweep", 5);

        Assert.False(await Delete(store, 0));
        Assert.Single(await Read(store, "job/job_1", "sweep"));
        Assert.True(await Delete(store, 1));
        Assert.Empty(await Read(store, "job/job_1", "sweep"));
        Assert.False(await Delete(store, 1));
    }

    [Fact]
    public async Task All_reminders_of_a_service_are_deleted_and_no_other()
    {
        var store = await Open();
        await Upsert(store, "job/job_1", "sweep", 5);
        await Upsert(store, "job/job_1", "sweep", 5, service: "other");

        await store.Run("DeleteReminderRowsKey", Service());

        Assert.Empty(await Read(store, "job/job_1", "sweep"));
        Assert.Single(await Read(store, "job/job_1", "sweep", "other"));
    }

    [Fact]
    public async Task A_long_grain_id_is_kept_whole()
    {
        var store = await Open();
        var grain = "job/job_" + new string('x', 1_000);
        await Upsert(store, grain, "sweep", 5);

        Assert.Equal(grain, Assert.Single(await Read(store, grain, "sweep"))["GrainId"]);
    }

    private static (string Name, object? Value, DbType Type) Service(string service = "marketplace") =>
        ("ServiceId", service, DbType.String);

    private static string Names(IReadOnlyList<IReadOnlyDictionary<string, object?>> rows) =>
        string.Join(',', rows.Select(row => (string)row["ReminderName"]!).Order(StringComparer.Ordinal));

    private static DateTime Time(object? value) => value is DateTime time
        ? time.ToUniversalTime()
        : DateTime.Parse(
            (string)value!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private static async Task<int> Upsert(
        OrleansStore store, string grain, string name, int hash, int period = 60_000, string service = "marketplace")
    {
        var rows = await store.Run(
            "UpsertReminderRowKey",
            Service(service),
            ("GrainHash", hash, DbType.Int32),
            ("GrainId", grain, DbType.String),
            ("ReminderName", name, DbType.String),
            ("StartTime", Start, DbType.DateTime),
            ("Period", (long)period, DbType.Int64));

        return Convert.ToInt32(Assert.Single(rows)["Version"], CultureInfo.InvariantCulture);
    }

    private static Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> Read(
        OrleansStore store, string grain, string name, string service = "marketplace") => store.Run(
            "ReadReminderRowKey",
            Service(service),
            ("GrainId", grain, DbType.String),
            ("ReminderName", name, DbType.String));

    private static async Task<bool> Delete(OrleansStore store, int version)
    {
        var rows = await store.Run(
            "DeleteReminderRowKey",
            Service(),
            ("GrainId", "job/job_1", DbType.String),
            ("ReminderName", "sweep", DbType.String),
            ("Version", version, DbType.Int32));

        return Convert.ToBoolean(Assert.Single(Assert.Single(rows)).Value, CultureInfo.InvariantCulture);
    }
}
