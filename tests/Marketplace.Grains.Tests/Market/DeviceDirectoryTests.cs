using Marketplace.Grains.Market;
using Marketplace.Ledger;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Tests.Market;

public class DeviceDirectoryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_device_that_comes_while_the_list_is_read_is_not_missed_for_long()
    {
        var register = new SlowRegister();
        var directory = new DeviceDirectory(
            register, Options.Create(new MarketOptions { ClassesKept = TimeSpan.FromHours(1) }), TimeProvider.System);

        var reading = directory.Listed(Cancel);
        directory.Forget();
        register.Answer.SetResult([]);
        await reading;
        await directory.Listed(Cancel);
        await directory.Listed(Cancel);

        Assert.Equal(2, register.Reads);
    }

    private sealed class SlowRegister : IRegister
    {
        public TaskCompletionSource<IReadOnlyList<RegisterRow>> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Reads { get; private set; }

        public Task<IReadOnlyList<RegisterRow>> List(
            string kind, string? owner, string? state, long? before, int limit, CancellationToken cancel = default)
        {
            Reads++;
            return Answer.Task;
        }

        public Task Put(IReadOnlyList<RegisterRow> rows, CancellationToken cancel = default) =>
            throw new NotSupportedException();

        public Task<RegisterRow?> Find(string kind, string id, CancellationToken cancel = default) =>
            throw new NotSupportedException();

        public Task<IReadOnlyList<RegisterRow>> Due(
            string kind, DateTimeOffset now, int limit, CancellationToken cancel = default) =>
            throw new NotSupportedException();
    }
}
