using System.Reflection;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Marketplace.Grains.Abstractions.Tests;

/// <summary>Messages of the cluster: names and numbers that a newer or older process still understands.</summary>
public sealed class WireTests
{
    private static readonly Assembly[] Assemblies = [typeof(IBlobStore).Assembly, typeof(Usdc).Assembly];

    private static IEnumerable<Type> Messages => Assemblies
        .SelectMany(assembly => assembly.GetTypes())
        .Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>(inherit: false) is not null);

    [Fact]
    public void Every_message_has_a_name_that_outlives_its_class() =>
        Assert.Empty(Messages.Where(type => type.GetCustomAttribute<AliasAttribute>(inherit: false) is null).Select(type => type.FullName));

    [Fact]
    public void No_name_stands_for_two_messages() => Assert.Empty(Messages
        .Where(type => type.GetCustomAttribute<AliasAttribute>(inherit: false) is not null)
        .GroupBy(type => type.GetCustomAttribute<AliasAttribute>(inherit: false)!.Alias, StringComparer.Ordinal)
        .Where(group => group.Count() > 1)
        .Select(group => group.Key));

    [Fact]
    public void No_number_stands_for_two_members_of_a_message() => Assert.Empty(Messages
        .Where(type => Numbers(type).GroupBy(number => number).Any(group => group.Count() > 1))
        .Select(type => type.FullName));

    [Fact]
    public void A_message_travels_whole()
    {
        SubmitOutcome[] outcomes =
        [
            new SubmitOutcome.Accepted("job_1", Replayed: true),
            new SubmitOutcome.NotEnoughMoney(Usdc.FromMicros(2_500_000), Usdc.FromMicros(1)),
            new SubmitOutcome.KeyTaken(),
        ];

        Assert.All(outcomes, outcome => Assert.Equal(outcome, Travel(outcome)));
    }

    [Fact]
    public void Tokens_travel_in_their_order()
    {
        var sent = new TokenBatch(7, []);

        var arrived = Travel(sent);

        Assert.Equal(sent.First, arrived.First);
        Assert.Empty(arrived.Tokens);
    }

    [Fact]
    public void An_order_of_embeddings_and_what_comes_of_it_travel_whole()
    {
        var ask = new DeviceAsk(Usdc.FromMicros(1), Usdc.Zero, Usdc.Zero);
        var order = new InferenceOrder(
            "m", new('a', 64), 9, "", 0, 0, 0, new(WorkKind.Embedding, ask, 1, "eu", null), 60)
        {
            Embedding = new([new("a\0é"), new(null, [1, 2]), .. Two()], Tokens: 7, Width: 24),
        };
        IReadOnlyList<EmbeddingInput> inputs = [.. order.Embedding.Inputs.Where(input => input.Text is not null)];
        MeasureOutcome.Measured measured = new(24, 512, [.. order.Embedding.Inputs.Select(_ => 3)]);

        Assert.Equal(order, Travel(order));
        Assert.Equal(inputs, Travel(inputs));
        Assert.Equivalent(measured, Travel<MeasureOutcome>(measured), strict: true);
        Assert.Equal(
            new MeasureOutcome.Unfit("rank"), Travel<MeasureOutcome>(new MeasureOutcome.Unfit("rank")));
        var result = new SignedResult(
            AttemptId.From(Guid.NewGuid()),
            new('b', 64),
            new Dictionary<string, long>(StringComparer.Ordinal) { [EmbeddingDelivery.PromptTokens] = 7 },
            "key",
            "signature");
        Assert.Equivalent(new EmbeddingDelivery(12, result), Travel(new EmbeddingDelivery(12, result)), strict: true);

        static IEnumerable<EmbeddingInput> Two() => [new("b"), new(null, new List<int> { 3 })];
    }

    private static IEnumerable<uint> Numbers(Type type) => type
        .GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Select(member => member.GetCustomAttribute<IdAttribute>(inherit: false))
        .OfType<IdAttribute>()
        .Select(id => id.Id);

    private static T Travel<T>(T message)
        where T : notnull
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();

        return serializer.Deserialize<T>(serializer.SerializeToArray(message))!;
    }
}
