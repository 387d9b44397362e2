using System.Text;
using CsCheck;
using Marketplace.Domain.Webhooks;

namespace Marketplace.Domain.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    /// <summary>The example of the specification's reference libraries (tests of standardwebhooks).</summary>
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Timestamp = "1614265330";
    private const string Body = """{"test": 2432232314}""";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);

    [Fact]
    public void The_example_of_the_specification_has_its_signature()
    {
        var secret = WebhookSignature.Read(Secret)!;

        Assert.Equal(Signature, WebhookSignature.Sign(secret, Id, At, Encoding.UTF8.GetBytes(Body)));
        Assert.Equal(Secret, WebhookSignature.Show(secret));
        Assert.Null(WhyNot());
    }

    [Theory]
    [InlineData("v1,AAAA v1a,x " + Signature, null)]
    [InlineData("v1,AAAA", "webhook-signature: no v1 signature by this secret")]
    [InlineData("", "webhook-signature: no v1 signature by this secret")]
    public void One_of_several_signatures_is_enough(string signatures, string? why) =>
        Assert.Equal(why, WhyNot(signatures: signatures));

    [Fact]
    public void What_was_changed_or_is_too_old_is_told_by_its_header()
    {
        Assert.StartsWith("webhook-signature", WhyNot(id: "msg_other"), StringComparison.Ordinal);
        Assert.StartsWith("webhook-signature", WhyNot(body: "{}"), StringComparison.Ordinal);
        Assert.StartsWith("webhook-timestamp", WhyNot(timestamp: "soon"), StringComparison.Ordinal);
        Assert.StartsWith("webhook-timestamp", WhyNot(timestamp: "99999999999999999"), StringComparison.Ordinal);
        Assert.StartsWith("webhook-timestamp", WhyNot(now: At.AddMinutes(6)), StringComparison.Ordinal);
        Assert.StartsWith("webhook-timestamp", WhyNot(now: At.AddMinutes(-6)), StringComparison.Ordinal);
        Assert.Null(WhyNot(now: At.AddMinutes(5)));
        Assert.StartsWith("secret", WhyNot(secret: "whsec_AAAA"), StringComparison.Ordinal);
        Assert.StartsWith("secret", WhyNot(secret: Secret[6..]), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_secret_of_the_right_length_survives_being_shown() => Gen.Byte.Array[
        WebhookSignature.SecretBytesMin, WebhookSignature.SecretBytesMax].Sample(secret =>
            Assert.Equal(secret, WebhookSignature.Read(WebhookSignature.Show(secret))));

    [Fact]
    public void The_body_of_an_event_is_these_bytes()
    {
        var told = new MarketEvent(
            EventId.From(PrefixedId.Derive("one")),
            EventTypes.FrameFinished,
            new(2026, 1, 5, 13, 0, 0, 120, TimeSpan.FromHours(1)),
            "rnd_1",
            "done",
            "/v1/renders/rnd_1",
            7);

        Assert.Equal(
            $$$"""{"id":"{{{told.Id}}}","type":"render.frame_finished","createdAt":"2026-01-05T12:00:00.120000Z","data":{"id":"rnd_1","state":"done","frame":7,"link":"/v1/renders/rnd_1"}}""",
            Encoding.UTF8.GetString(told.Body()));
    }

    private static string? WhyNot(
        string secret = Secret,
        string id = Id,
        string timestamp = Timestamp,
        string signatures = Signature,
        string body = Body,
        DateTimeOffset? now = null) =>
        WebhookSignature.WhyNot(secret, id, timestamp, signatures, Encoding.UTF8.GetBytes(body), now);
}
