using CsCheck;

namespace Marketplace.Storage.Tests.Sql;

/// <summary>What Orleans asks of the statements for grain state; each engine runs it.</summary>
public abstract class GrainStateContract
{
    private const int RacersMax = 8;
    private const int RacedKeys = 50;
    private static readonly byte[] One = [1];
    private static readonly byte[] Two = [2];
    private static readonly GrainRow Device = new("dev_01j9");

    protected abstract Task<OrleansStore> Open();

    [Fact]
    public async Task A_state_never_written_has_no_row() => Assert.Null(await Device.Read(await Open()));

    [Fact]
    public async Task A_written_state_is_read_back_with_its_version()
    {
        var store = await Open();

        Assert.Equal(1, await Device.Write(store, null, One));
        Assert.Equal(2, await Device.Write(store, 1, Two));
        Assert.Equal(3, await Device.Write(store, 2, []));
        Assert.Equal(4, await Device.Write(store, 3, Two));

        var read = await Device.Read(store);
        Assert.Equal(Two, read?.Payload);
        Assert.Equal(4, read?.Version);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_write_with_another_version_changes_nothing(int? version)
    {
        var store = await Open();
        await Device.Write(store, null, One);
        await Device.Write(store, 1, One);

        Assert.Null(await Device.Write(store, version, Two));

        var read = await Device.Read(store);
        Assert.Equal(One, read?.Payload);
        Assert.Equal(2, read?.Version);
    }

    [Fact]
    public async Task A_write_with_a_version_does_not_make_a_row()
    {
        var store = await Open();

        Assert.Null(await Device.Write(store, 1, One));
        Assert.Null(await Device.Read(store));
    }

    [Fact]
    public async Task A_cleared_state_keeps_its_version_and_can_be_written_again()
    {
        var store = await Open();
        await Device.Write(store, null, One);

        Assert.Equal(2, await Device.Clear(store, 1));
        var cleared = await Device.Read(store);
        Assert.NotNull(cleared);
        Assert.Null(cleared.Value.Payload);
        Assert.Equal(2, cleared.Value.Version);

        Assert.Null(await Device.Write(store, null, Two));
        Assert.Equal(3, await Device.Write(store, 2, Two));
        Assert.Equal(Two, (await Device.Read(store))?.Payload);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public async Task A_clear_with_another_version_changes_nothing(int? version)
    {
        var store = await Open();
        await Device.Write(store, null, One);

        Assert.Null(await Device.Clear(store, version));
        Assert.Equal(One, (await Device.Read(store))?.Payload);
    }

    [Fact]
    public async Task States_whose_hashes_collide_stay_apart()
    {
        var store = await Open();
        GrainRow[] rows =
        [
            new("dev_17"), new("dev_0017"), new("dev_17", "rig"), new("dev_17", Service: "other"), new(null, N1: 17),
            new("dev_17", N1: 17), new(null, N0: 17), new(null, N0: long.MinValue, N1: long.MaxValue),
        ];

        for (var at = 0; at < rows.Length; at++)
        {
            Assert.Equal(1, await rows[at].Write(store, null, [(byte)at]));
        }

        for (var at = 0; at < rows.Length; at++)
        {
            Assert.Equal<byte[]>([(byte)at], (await rows[at].Read(store))?.Payload);
        }
    }

    [Fact]
    public async Task Of_many_first_writes_at_once_one_wins()
    {
        var store = await Open();

        for (var key = 0; key < RacedKeys; key++)
        {
            var row = new GrainRow($"dev_{key}");
            var answers = await Task.WhenAll(
                Enumerable.Range(0, RacersMax).Select(racer => row.Write(store, null, [(byte)racer])));

            var winner = Assert.Single(answers.Index(), answer => answer.Item is not null);
            Assert.Equal<byte[]>([(byte)winner.Index], (await row.Read(store))?.Payload);
        }
    }

    [Fact]
    public async Task Of_many_updates_of_one_version_one_wins()
    {
        var store = await Open();
        await Device.Write(store, null, One);

        var answers = await Task.WhenAll(Enumerable.Range(0, RacersMax).Select(_ => Device.Write(store, 1, Two)));

        Assert.Equal(2, Assert.Single(answers, answer => answer is not null));
    }

    [Fact]
    public async Task Any_sequence_of_writes_and_clears_agrees_with_a_model()
    {
        var store = await Open();
        var step = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 3], Gen.Byte);
        var key = 0;

        await step.Array[1, 12].SampleAsync(
            async steps =>
            {
                var row = new GrainRow($"dev_model_{Interlocked.Increment(ref key)}");
                (byte[]? Payload, int Version)? model = null;

                foreach (var (act, guess, payload) in steps)
                {
                    var version = guess == 0 ? null : (int?)((model?.Version ?? 0) + guess - 1);
                    var matches = version == model?.Version;
                    var isClear = act == 0;
                    var answer = isClear ? await row.Clear(store, version) : await row.Write(store, version, [payload]);

                    if (matches && (model is not null || !isClear))
                    {
                        model = (isClear ? null : [payload], (model?.Version ?? 0) + 1);
                        Assert.Equal(model?.Version, answer);
                    }
                    else
                    {
                        Assert.Null(answer);
                    }
                }

                var read = await row.Read(store);
                Assert.Equal(model?.Version, read?.Version);
                Assert.Equal(model?.Payload, read?.Payload);
            },
            iter: 60,
            threads: 1);
    }
}
