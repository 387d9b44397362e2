using System.Net;
using System.Text;
using Marketplace.Grains.Webhooks;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Tests.Webhooks;

/// <summary>What a hostile receiver, or a hostile address, gains: nothing.</summary>
public sealed class WebhookChannelTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"id":"evt_1"}""");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_one_plain_post()
    {
        await using var receiver = new RawReceiver(RawReceiver.Says(Ok));
        using var channel = Channel(allowPrivate: true);

        Assert.Equal(new(200, null), await Send(channel, receiver.Url));
        var request = Assert.Single(receiver.Requests);
        Assert.StartsWith("POST /hook HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nwebhook-id: evt_1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: application/json\r\n", request, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n{\"id\":\"evt_1\"}", request, StringComparison.Ordinal);
        Assert.DoesNotContain("traceparent", request, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("https://localhost:{0}/")]
    [InlineData("https://127.0.0.1:{0}/")]
    [InlineData("https://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("https://2130706433:{0}/")]
    public async Task This_machine_is_not_connected_to_however_it_is_called(string form)
    {
        await using var receiver = new RawReceiver(RawReceiver.Says(Ok));
        using var channel = Channel(allowPrivate: false);
        var address = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, receiver.Port);

        var answer = await Send(channel, new(address));

        Assert.Null(answer.Code);
        Assert.EndsWith("no address of the public internet", answer.Trouble, StringComparison.Ordinal);
        Assert.Equal(0, receiver.Connections);
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("[fe80::1]")]
    [InlineData("[fd00:ec2::254]")]
    [InlineData("[64:ff9b::a00:1]")]
    public async Task Addresses_of_networks_inside_are_refused_before_anything_is_sent(string host)
    {
        using var channel = Channel(allowPrivate: false);
        var answer = await Send(channel, new($"https://{host}/"));

        Assert.EndsWith("no address of the public internet", answer.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_http_is_for_development_only()
    {
        await using var receiver = new RawReceiver(RawReceiver.Says(Ok));
        using var channel = Channel(allowPrivate: false);

        Assert.Equal(new(null, "its address is not https"), await Send(channel, receiver.Url));
        Assert.Equal(0, receiver.Connections);
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_is_not_followed()
    {
        await using var target = new RawReceiver(RawReceiver.Says(Ok));
        await using var receiver = new RawReceiver(RawReceiver.Says(
            $"HTTP/1.1 307 Temporary Redirect\r\nLocation: {target.Url}\r\nContent-Length: 0\r\n\r\n"));
        using var channel = Channel(allowPrivate: true);

        Assert.Equal(new(307, "answered 307"), await Send(channel, receiver.Url));
        Assert.Equal(0, target.Connections);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read()
    {
        await using var receiver = new RawReceiver(async (stream, cancel) =>
        {
            await RawReceiver.Says("HTTP/1.1 200 OK\r\n\r\n")(stream, cancel);

            while (!cancel.IsCancellationRequested)
            {
                await stream.WriteAsync(new byte[65_536], cancel);
            }
        });
        using var channel = Channel(allowPrivate: true, TimeSpan.FromSeconds(30));
        var began = TimeProvider.System.GetTimestamp();

        Assert.Equal(new(200, null), await Send(channel, receiver.Url));
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nX: ")]
    public async Task One_that_says_nothing_or_never_ends_its_headers_has_its_time_and_no_more(string start)
    {
        await using var receiver = new RawReceiver(async (stream, cancel) =>
        {
            await RawReceiver.Says(start)(stream, cancel);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
        });
        using var channel = Channel(allowPrivate: true, TimeSpan.FromSeconds(0.5));

        Assert.Equal(new(null, "no answer within 0.5 s"), await Send(channel, receiver.Url));
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n")]
    public async Task Nonsense_and_errors_are_answers_and_no_exceptions(string text)
    {
        await using var receiver = new RawReceiver(RawReceiver.Says(text));
        using var channel = Channel(allowPrivate: true);

        Assert.NotNull((await Send(channel, receiver.Url)).Trouble);
    }

    [Fact]
    public async Task Headers_of_many_kilobytes_are_no_answer()
    {
        await using var receiver = new RawReceiver(RawReceiver.Says(
            $"HTTP/1.1 200 OK\r\nX: {new string('x', 100_000)}\r\nContent-Length: 0\r\n\r\n"));
        using var channel = Channel(allowPrivate: true);

        Assert.Null((await Send(channel, receiver.Url)).Code);
    }

    [Theory]
    [InlineData('ü', 58, 1)]
    [InlineData('ü', 10, 20)]
    [InlineData('a', 64, 1)]
    [InlineData('a', 60, 5)]
    public async Task A_name_that_DNS_cannot_hold_is_an_answer_and_no_webhook_may_have_it(
        char letter, int length, int labels)
    {
        var url = $"https://{string.Join('.', Enumerable.Repeat(new string(letter, length), labels))}.example.com/";
        using var channel = Channel(allowPrivate: false);

        Assert.NotNull((await Send(channel, new(url))).Trouble);
        Assert.StartsWith(
            "must have a host that DNS can hold",
            WebhookUrl.WhyNot(url, allowHttp: false, allowPrivate: false),
            StringComparison.Ordinal);
        Assert.Null(WebhookUrl.WhyNot("https://bücher.example.com/", allowHttp: false, allowPrivate: false));
    }

    [Fact]
    public async Task Without_a_place_to_look_its_name_up_nothing_was_tried()
    {
        using var asked = new SemaphoreSlim(0);
        using var channel = Channel(
            allowPrivate: true,
            timeout: TimeSpan.FromSeconds(3),
            resolve: _ =>
            {
                asked.Release();
                return new TaskCompletionSource<IPAddress[]>().Task;
            });
        var silent = Enumerable.Range(0, NameLookups.PerOwnerMax)
            .Select(n => Send(channel, new($"http://silent-{n}.example.com/"))).ToArray();

        for (var n = 0; n < NameLookups.PerOwnerMax; n++)
        {
            Assert.True(await asked.WaitAsync(TimeSpan.FromSeconds(4), Cancel));
        }

        Assert.True((await Send(channel, new("http://receiver.example.com/"))).IsUntried);
        Assert.All(await Task.WhenAll(silent), answer => Assert.False(answer.IsUntried));
    }

    [Fact]
    public async Task A_name_that_stands_for_nothing_and_a_closed_port_are_answers_too()
    {
        var receiver = new RawReceiver(RawReceiver.Says(Ok));
        var port = receiver.Port;
        await receiver.DisposeAsync();
        using var channel = Channel(allowPrivate: true);

        Assert.Equal("no answer: ConnectionError", (await Send(channel, new($"http://127.0.0.1:{port}/"))).Trouble);
        Assert.StartsWith(
            "no answer", (await Send(channel, new("http://nowhere.invalid/"))).Trouble, StringComparison.Ordinal);
    }

    private static WebhookChannel Channel(
        bool allowPrivate, TimeSpan? timeout = null, Func<string, Task<IPAddress[]>>? resolve = null) => new(
        Options.Create(new WebhookOptions { AllowPrivate = allowPrivate, Timeout = timeout ?? TimeSpan.FromSeconds(10) }),
        new NameLookups(resolve ?? (host => Dns.GetHostAddressesAsync(host)), TimeProvider.System),
        TimeProvider.System);

    private static Task<WebhookAnswer> Send(WebhookChannel channel, Uri url) => channel.Send(
        "acc_1",
        url, new Dictionary<string, string>(StringComparer.Ordinal) { ["webhook-id"] = "evt_1" }, Body, Cancel);
}
