using Marketplace.Agent.Devices;
using Marketplace.Agent.Tests.Market;

namespace Marketplace.Agent.Tests.Devices;

public sealed class EnrolmentTests
{
    private static readonly DeviceOffer Offer = new("host", "host", "a test", 1 << 30, 2, "eu", 3);

    [Fact]
    public async Task The_identity_can_be_read_by_its_owner_only()
    {
        await using var market = await FakeMarket.Start();
        using var data = new TemporaryFolder();

        var made = await Enrol(market, FakeMarket.Code, data);
        var loaded = new IdentityFile(data.FullName).Load();

        Assert.Equal((FakeMarket.DeviceId, "prv_test", 3), (loaded.DeviceId, loaded.ProviderId, loaded.Slots));
        Assert.Equal(made.Key.PublicKey, loaded.Key.PublicKey);
        Assert.Equal(made.Key.PublicKey, Convert.FromBase64String(market.Enrolled!.PublicKey));

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path.Combine(data.FullName, "identity.json")));
        }
    }

    [Fact]
    public async Task A_refused_enrolment_keeps_its_key_for_the_next_try()
    {
        await using var market = await FakeMarket.Start();
        using var data = new TemporaryFolder();

        var fault = await Assert.ThrowsAsync<AgentFault>(() => Enrol(market, "wrong", data));
        Assert.Equal(ExitCodes.Refused, fault.ExitCode);
        var key = new IdentityFile(data.FullName).KeyForEnrolment().PublicKey;

        Assert.Equal(key, (await Enrol(market, FakeMarket.Code, data)).Key.PublicKey);
    }

    [Fact]
    public async Task A_directory_that_is_a_device_is_not_enrolled_again()
    {
        await using var market = await FakeMarket.Start();
        using var data = new TemporaryFolder();
        await Enrol(market, FakeMarket.Code, data);

        var fault = await Assert.ThrowsAsync<AgentFault>(() => Enrol(market, FakeMarket.Code, data));

        Assert.Equal(ExitCodes.Input, fault.ExitCode);
        Assert.Contains(FakeMarket.DeviceId, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_that_others_may_read_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no Unix file modes.");
            return;
        }

        await using var market = await FakeMarket.Start();
        using var data = new TemporaryFolder();
        await Enrol(market, FakeMarket.Code, data);
        File.SetUnixFileMode(
            Path.Combine(data.FullName, "identity.json"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        Assert.Equal(
            ExitCodes.Input, Assert.Throws<AgentFault>(() => new IdentityFile(data.FullName).Load()).ExitCode);
    }

    [Fact]
    public async Task A_market_that_is_not_there_is_named()
    {
        using var data = new TemporaryFolder();
        var nowhere = new Uri("http://127.0.0.1:9/");

        var fault = await Assert.ThrowsAsync<AgentFault>(() => Enrolment.Run(
            nowhere, "c", Offer, data.FullName, RunningOptions, TestContext.Current.CancellationToken));

        Assert.Equal(ExitCodes.Refused, fault.ExitCode);
        Assert.Contains("http://127.0.0.1:9/", fault.Message, StringComparison.Ordinal);
    }

    private static AgentOptions RunningOptions => Work.RunningRig.Quick;

    private static Task<DeviceIdentity> Enrol(FakeMarket market, string code, TemporaryFolder data) => Enrolment.Run(
        market.Url, code, Offer, data.FullName, RunningOptions, TestContext.Current.CancellationToken);
}
