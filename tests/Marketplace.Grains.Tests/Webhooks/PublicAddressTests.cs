using System.Net;
using CsCheck;
using Marketplace.Grains.Webhooks;

namespace Marketplace.Grains.Tests.Webhooks;

public sealed class PublicAddressTests
{
    /// <summary>First and last address of each range that is not the internet.</summary>
    public static TheoryData<string, string> Ranges => new()
    {
        { "0.0.0.0", "0.255.255.255" },
        { "10.0.0.0", "10.255.255.255" },
        { "100.64.0.0", "100.127.255.255" },
        { "127.0.0.0", "127.255.255.255" },
        { "169.254.0.0", "169.254.255.255" },
        { "172.16.0.0", "172.31.255.255" },
        { "192.0.0.0", "192.0.0.255" },
        { "192.0.2.0", "192.0.2.255" },
        { "192.31.196.0", "192.31.196.255" },
        { "192.52.193.0", "192.52.193.255" },
        { "192.88.99.0", "192.88.99.255" },
        { "192.168.0.0", "192.168.255.255" },
        { "192.175.48.0", "192.175.48.255" },
        { "198.18.0.0", "198.19.255.255" },
        { "198.51.100.0", "198.51.100.255" },
        { "203.0.113.0", "203.0.113.255" },
        { "168.63.129.16", "168.63.129.16" },
        { "::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
        { "4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
        { "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff" },
        { "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff" },
        { "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
        { "2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff" },
        { "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff" },
    };

    [Theory]
    [MemberData(nameof(Ranges))]
    public void A_range_is_refused_from_its_first_address_to_its_last(string first, string last)
    {
        Assert.False(PublicAddress.IsPublic(IPAddress.Parse(first)));
        Assert.False(PublicAddress.IsPublic(IPAddress.Parse(last)));
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("100.100.100.200")]
    [InlineData("192.0.0.192")]
    [InlineData("fd00:ec2::254")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.1.2.3")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("255.255.255.255")]
    [InlineData("224.0.0.1")]
    [InlineData("ff02::1")]
    public void What_answers_secrets_and_what_hides_an_address_is_refused(string address) =>
        Assert.False(PublicAddress.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("8.8.8.8")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2001:200::1")]
    public void The_neighbours_of_the_ranges_are_the_internet(string address) =>
        Assert.True(PublicAddress.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public void An_address_of_version_4_is_judged_the_same_however_it_is_written() => Gen.UInt.Sample(bits =>
    {
        var plain = new IPAddress(BitConverter.GetBytes(bits));
        Assert.Equal(PublicAddress.IsPublic(plain), PublicAddress.IsPublic(plain.MapToIPv6()));
    });

    [Theory]
    [InlineData("https://example.com/hook?a=1", null)]
    [InlineData("https://8.8.8.8:8443/", null)]
    [InlineData("http://example.com/", "must be an absolute https address")]
    [InlineData("ftp://example.com/", "must be an absolute https address")]
    [InlineData("/hook", "must be an absolute https address")]
    [InlineData("https://me:secret@example.com/", "must have neither a user nor a fragment")]
    [InlineData("https://example.com/#a", "must have neither a user nor a fragment")]
    [InlineData("https://localhost/", "must be on the public internet, 'localhost' is not")]
    [InlineData("https://db/", "must be on the public internet, 'db' is not")]
    [InlineData("https://a.localhost./", "must be on the public internet, 'a.localhost.' is not")]
    [InlineData("https://metadata.google.internal/", "must be on the public internet, 'metadata.google.internal' is not")]
    [InlineData("https://printer.local/", "must be on the public internet, 'printer.local' is not")]
    [InlineData("https://127.0.0.1/", "must be on the public internet, '127.0.0.1' is not")]
    [InlineData("https://2130706433/", "must be on the public internet, '127.0.0.1' is not")]
    [InlineData("https://0x7f.1/", "must be on the public internet, '127.0.0.1' is not")]
    [InlineData("https://0177.0.0.1/", "must be on the public internet, '127.0.0.1' is not")]
    [InlineData("https://[::1]/", "must be on the public internet, '[::1]' is not")]
    [InlineData("https://[::ffff:10.0.0.1]/", "must be on the public internet, '[::ffff:10.0.0.1]' is not")]
    public void An_address_is_refused_for_what_is_wrong_with_it(string url, string? why) =>
        Assert.Equal(why, WebhookUrl.WhyNot(url, allowHttp: false, allowPrivate: false));

    [Fact]
    public void For_development_both_may_be_allowed_and_length_is_bounded_always()
    {
        Assert.Null(WebhookUrl.WhyNot("http://127.0.0.1:5000/", allowHttp: true, allowPrivate: true));
        Assert.Equal(
            "has 501 characters, allowed are 500",
            WebhookUrl.WhyNot("https://a.example/".PadRight(501, 'x'), allowHttp: true, allowPrivate: true));
    }
}
