using Microsoft.Extensions.Options;

namespace Marketplace.Host.Tests.Storage;

public sealed class StorageConfigurationTests
{
    [Theory]
    [InlineData("Storage:Provider", "MySql", "allowed are Sqlite and PostgreSql")]
    [InlineData("Storage:Provider", "PostgreSql", "Storage:ConnectionString is missing")]
    [InlineData("Storage:ConnectionString", "Host=db", "Storage:Provider is Sqlite")]
    [InlineData("Storage:DataDirectory", " ", "Storage:DataDirectory is empty")]
    [InlineData("Storage:OrleansConnectionsMax", "0", "allowed are 1 to 1000")]
    [InlineData("Storage:LedgerConnectionsMax", "1001", "allowed are 4 to 1000")]
    [InlineData("Storage:LedgerConnectionsMax", "3", "allowed are 4 to 1000")]
    [InlineData("Silo:Port", "65536", "allowed are 1 to 65535, or 0")]
    [InlineData("Silo:GatewayPort", "-1", "allowed are 1 to 65535, or 0")]
    [InlineData("Silo:AdvertisedAddress", "0.0.0.0", "IP address that other silos can reach")]
    [InlineData("Silo:ClusterId", "", "Silo:ClusterId is empty")]
    public void A_wrong_value_is_refused_with_its_key_and_what_is_allowed(string key, string value, string expected)
    {
        var error = Assert.Throws<OptionsValidationException>(() => TestHost.Build((key, value)));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Storage:Providr")]
    [InlineData("Silo:Prot")]
    public void An_unknown_key_is_refused_by_its_name(string key)
    {
        var error = Assert.Throws<StartException>(() => TestHost.Build((key, "1")));

        Assert.Contains(key[(key.IndexOf(':', StringComparison.Ordinal) + 1)..], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_is_no_number_is_refused_by_its_key()
    {
        var error = Assert.Throws<StartException>(() => TestHost.Build(("Silo:Port", "many")));

        Assert.Contains("Silo:Port", error.Message, StringComparison.Ordinal);
    }
}
