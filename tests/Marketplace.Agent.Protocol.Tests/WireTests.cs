using System.Text.Json;
using MessagePack;
using MessagePack.Resolvers;

namespace Marketplace.Agent.Protocol.Tests;

/// <summary>Both ways of the wire, the socket's MessagePack and the HTTPS side's JSON, carry every field.</summary>
public sealed class WireTests
{
    // What SignalR's MessagePack protocol uses by default.
    private static readonly MessagePackSerializerOptions Socket = MessagePackSerializerOptions.Standard
        .WithResolver(CompositeResolver.Create(DynamicEnumAsStringResolver.Instance, ContractlessStandardResolver.Instance))
        .WithSecurity(MessagePackSecurity.UntrustedData);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private static readonly DateTimeOffset Instant = new(2026, 3, 4, 5, 6, 7, 891, TimeSpan.Zero);

    public static TheoryData<object> Messages =>
    [
        new ChallengeRequest(1, "dev_1"),
        new ChallengeResponse("bm9uY2U="),
        new SessionRequest("dev_1", "bm9uY2U=", "c2ln"),
        new SessionResponse("token", Instant),
        new EnrolRequest(1, "code", "a2V5", "host", "name", 1L << 40, 8, "eu", 2, "0.1.0", 10_420),
        new EnrolResponse("dev_1", "prv_1"),
        new HeartbeatMessage(2, ["att_1", "att_2"]),
        new WorkOrderMessage(
            "att_1",
            "job_1",
            Instant,
            new TextOrderMessage("m", new string('a', 64), 1L << 33, "Once\0\n\u20ac", 7, 0.8, ulong.MaxValue, [new(1, " a")], ["\n\n", "END"], Tenant: "00ff", PromptTokens: [1, int.MaxValue], TellsPrompt: true),
            null),
        new WorkOrderMessage(
            "att_1",
            "rnd_1",
            Instant,
            null,
            new UnitOrderMessage(
                [new("a/b.glb", new string('b', 64), 1)], "a/b.glb", null, 1, 2, null, ulong.MaxValue, 3, 4, 5, 6, 7, 8, 9, 10, 11, "Run",
                new([1f, 2f, 3f], [0f, 0f, 0f], [0f, 1f, 0f], 40f), new(0.25f, 2f), 7.5f)),
        new WorkOrderMessage(
            "att_1",
            "job_1",
            Instant,
            null,
            null,
            new EmbeddingOrderMessage("m", new string('a', 64), 1L << 33, [new("Once\0\u20ac"), new(null, [1, int.MaxValue])])),
        new EmbeddingDoneMessage("att_1", 9, new string('d', 64), 1L << 25, "job_1", "c2ln"),
        new TokensMessage("att_1", 3, [new(1, ""), new(2, "x")], "job_1"),
        new TextDoneMessage("att_1", "stop", 4, [new(1, "x")], "job_1", CachedTokens: 3),
        new ModelsMessage([new string('a', 64)], [], 1, 2, [], TakesTokens: true, HoldsCalls: true, TellsPrompts: true),
        new UnitDoneMessage("att_1", new string('c', 64), 48, "rnd_1"),
        new UnitDoneMessage("att_1", new string('c', 64), 48, "rnd_1", "c2ln", 3, new string('d', 64), new string('e', 64), 96),
        new FailedMessage("att_1", "unsupported", "why", true, "job_1"),
    ];

    [Theory]
    [MemberData(nameof(Messages), DisableDiscoveryEnumeration = true)]
    public void A_message_survives_the_socket(object message)
    {
        var bytes = MessagePackSerializer.Serialize(message.GetType(), message, Socket, TestContext.Current.CancellationToken);
        var back = MessagePackSerializer.Deserialize(
            message.GetType(), bytes, Socket, TestContext.Current.CancellationToken);

        Assert.Equal(JsonSerializer.Serialize(message, Json), JsonSerializer.Serialize(back, Json));
    }

    [Theory]
    [MemberData(nameof(Messages), DisableDiscoveryEnumeration = true)]
    public void A_message_survives_https(object message)
    {
        var text = JsonSerializer.Serialize(message, Json);
        var back = JsonSerializer.Deserialize(text, message.GetType(), Json);

        Assert.Equal(text, JsonSerializer.Serialize(back, Json));
        Assert.Equivalent(message, back, strict: true);
    }

    [Theory]
    [InlineData(DeliverReply.Accepted)]
    [InlineData(DeliverReply.Stale)]
    [InlineData(DeliverReply.Refused)]
    [InlineData(DeliverReply.Open)]
    public void A_reply_survives_both_ways(DeliverReply reply)
    {
        Assert.Equal(reply, ReplyResponse.From(reply).ToReply());
        Assert.Equal(reply, MessagePackSerializer.Deserialize<DeliverReply>(
            MessagePackSerializer.Serialize(reply, Socket, TestContext.Current.CancellationToken),
            Socket,
            TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_reply_of_another_version_is_not_taken_for_any_of_ours() =>
        Assert.Null(new ReplyResponse("maybe").ToReply());
}
