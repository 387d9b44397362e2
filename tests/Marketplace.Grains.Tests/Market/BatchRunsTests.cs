using CsCheck;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Market;

namespace Marketplace.Grains.Tests.Market;

public sealed class BatchRunsTests
{
    private static readonly DeviceId[] Devices =
        [DeviceId.From(Guid.NewGuid()), DeviceId.From(Guid.NewGuid()), DeviceId.From(Guid.NewGuid())];

    [Fact]
    public void The_newest_is_the_same_in_whatever_order_they_are_told() => Gen.Shuffle(
        new[] { Begun("c", 1), Begun("a", 2), Begun("b", 2) }).Sample(
            runs => Assert.Equal("a", BatchRuns.Newest(runs)!.Work));

    [Fact]
    public void There_is_no_newest_of_none() => Assert.Null(BatchRuns.Newest([]));

    private static BatchRun Begun(string work, int second) => new(
        work,
        AttemptId.From(Guid.Empty),
        Devices[0],
        DateTimeOffset.UnixEpoch.AddSeconds(second),
        DateTimeOffset.UnixEpoch);

    [Fact]
    public void A_device_has_at_most_as_many_as_it_has_slots_and_those_that_it_began_last() => Gen.Select(
        Gen.Int[1, 3], Gen.Select(Gen.Int[0, 9], Gen.Int[0, 2], Gen.Int[0, 5]).Array[0, 40]).Sample(
            (slots, steps) =>
            {
                var runs = new BatchRuns();
                var known = new List<BatchRun>();

                foreach (var ((work, device, what), at) in steps.Select((step, at) => (step, at)))
                {
                    known.RemoveAll(run => what == 1 ? run.Device == Devices[device] : run.Work == $"{work}");

                    if (what == 0)
                    {
                        runs.Remove($"{work}");
                    }
                    else if (what == 1)
                    {
                        runs.Forget(Devices[device]);
                    }
                    else
                    {
                        var run = new BatchRun(
                            $"{work}",
                            AttemptId.From(Guid.NewGuid()),
                            Devices[device],
                            DateTimeOffset.UnixEpoch.AddSeconds(at),
                            DateTimeOffset.UnixEpoch);
                        runs.Add(run, slots);
                        known.Add(run);
                        var mine = known.FindAll(one => one.Device == Devices[device]);
                        known.RemoveAll(one => mine.SkipLast(slots).Contains(one));
                    }
                }

                Assert.Equal(known.OrderBy(run => run.At), runs.All.OrderBy(run => run.At));
                Assert.Equal(known.Count, runs.Count);
            });
}
