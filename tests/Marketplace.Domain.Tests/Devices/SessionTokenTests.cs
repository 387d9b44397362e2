using Marketplace.Domain.Devices;

namespace Marketplace.Domain.Tests.Devices;

public sealed class SessionTokenTests
{
    private static readonly DeviceId Device = DeviceId.From(PrefixedId.Derive("a device"));

    [Fact]
    public void A_token_names_its_device() =>
        Assert.Equal(Device, SessionToken.DeviceOf(SessionToken.Write(Device, new byte[SessionToken.RandomBytes])));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ags_dev_")]
    [InlineData("ags_job_00000000000000000000000000_0000000000000000000000000000000000000000000000000000")]
    public void What_is_no_token_names_nothing(string? text) => Assert.Null(SessionToken.DeviceOf(text));
}
