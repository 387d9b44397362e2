using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;

namespace Marketplace.Domain.Tests.Inference;

public class TenantLabelTests
{
    private static readonly AccountId Lily = AccountId.From(PrefixedId.Derive("account", "lily"));
    private static readonly AccountId Tom = AccountId.From(PrefixedId.Derive("account", "tom"));
    private static readonly DeviceId One = DeviceId.From(PrefixedId.Derive("device", "one"));
    private static readonly DeviceId Two = DeviceId.From(PrefixedId.Derive("device", "two"));

    [Fact]
    public void An_account_has_one_name_on_a_device_and_another_on_the_next()
    {
        Assert.Equal(TenantLabel.Of(Lily, One), TenantLabel.Of(Lily, One));
        Assert.NotEqual(TenantLabel.Of(Lily, One), TenantLabel.Of(Lily, Two));
        Assert.NotEqual(TenantLabel.Of(Lily, One), TenantLabel.Of(Tom, One));
        Assert.Matches("^[0-9a-f]{32}$", TenantLabel.Of(Lily, One));
    }
}
