using System.Text;
using Marketplace.StripeSim;

namespace Marketplace.Stripe.Tests;

public sealed class WebhookSecretsTests
{
    private const string Body = """{"id":"evt_1","type":"payment_intent.succeeded","data":{"object":{"id":"pi_1"}}}""";

    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Either_of_two_secrets_will_do_while_one_replaces_the_other()
    {
        var header = WebhookSigner.Header(Body, Now, "whsec_old", "whsec_new");

        Assert.True(Signed(header, "whsec_old"));
        Assert.True(Signed(header, "whsec_new"));
        Assert.True(Signed(WebhookSigner.Header(Body, Now, "whsec_new"), "whsec_old", "whsec_new"));
        Assert.False(Signed(header, "whsec_other"));
        Assert.False(Signed(header));
    }

    [Theory]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    [InlineData(3_600, false)]
    public void A_signature_is_good_for_five_minutes(int seconds, bool isGood) =>
        Assert.Equal(isGood, Signed(WebhookSigner.Header(Body, Now.AddSeconds(seconds), "whsec_a"), "whsec_a"));

    [Fact]
    public void A_changed_byte_an_empty_header_and_another_scheme_are_refused()
    {
        var header = WebhookSigner.Header(Body, Now, "whsec_a");
        var secrets = new WebhookSecrets(["whsec_a"]);

        Assert.False(secrets.HaveSigned(Encoding.UTF8.GetBytes(Body + " "), header, Now));
        Assert.False(secrets.HaveSigned([.. Encoding.UTF8.GetBytes(Body), 0xFF], header, Now));
        Assert.False(Signed(string.Empty, "whsec_a"));
        Assert.False(Signed(header.Replace("v1=", "v0=", StringComparison.Ordinal), "whsec_a"));
        Assert.False(Signed(header.Replace("t=", "x=", StringComparison.Ordinal), "whsec_a"));
        Assert.False(Signed("t=1,v1=" + new string('a', 5_000), "whsec_a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":"evt_1"}""")]
    [InlineData("""{"id":7,"type":"x"}""")]
    [InlineData("not json")]
    public void What_is_no_event_is_none(string body) => Assert.Null(StripeEvent.Read(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void An_event_of_another_version_still_says_what_it_is_about()
    {
        var read = StripeEvent.Read(Encoding.UTF8.GetBytes(
            """{"id":"evt_1","type":"charge.dispute.created","api_version":"2019-02-11","livemode":true,"data":{"object":{"object":"dispute","id":"dp_1","amount":"twelve"}}}"""));

        Assert.Equal(new StripeEvent("evt_1", "charge.dispute.created", "2019-02-11", true, "dispute", "dp_1"), read);
        Assert.True(read!.IsAboutCards);
        Assert.False(read.IsOurVersion);
    }

    private static bool Signed(string header, params string[] secrets) =>
        new WebhookSecrets(secrets).HaveSigned(Encoding.UTF8.GetBytes(Body), header, Now);
}
