using Marketplace.Api.Renders;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Api.Tests.Renders;

/// <summary>The bound on indirect light of an order, across releases that know it or do not.</summary>
public sealed class IndirectMaxTests
{
    private static readonly CreateRenderRequest Request = new("scn_01j9zq8k3v7r2m5x4c6b8n0t1w", 64, 48, 16);

    [Fact]
    public void Minus_zero_is_zero()
    {
        var asked = Request with { IndirectMax = -0f };

        Assert.False(asked.Check(new()).Any);
        Assert.Equal(0, BitsOf(asked, new()));
        Assert.Equal(0, BitsOf(Request, new() { DefaultIndirectMax = -0f }));
    }

    [Theory]
    [InlineData(0f, 2.5f, true)]
    [InlineData(10f, 2.5f, false)]
    [InlineData(10f, 0f, false)]
    [InlineData(10f, 10f, true)]
    [InlineData(10f, null, true)]
    [InlineData(5f, 2.5f, true)]
    public void While_hosts_run_that_cannot_tell_agents_no_other_bound_is_taken(
        float usual, float? asked, bool isTaken)
    {
        var faults = (Request with { IndirectMax = asked }).Check(new() { DefaultIndirectMax = usual });

        Assert.Equal(isTaken ? [] : ["indirectMax"], faults.Errors.Select(error => error.Field), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("""{"width":64}""", """{"width":64,"indirectMax":null}""", null)]
    [InlineData("""{"width":64,"indirectMax":null}""", """{"width":64}""", null)]
    [InlineData("""{"width":64}""", """{"width":64,"indirectMax":0}""", "indirectMax")]
    [InlineData("""{"width":64,"indirectMax":0}""", """{"width":64}""", "indirectMax")]
    [InlineData("""{"width":64}""", """{"width":65}""", "width")]
    public void A_quote_of_a_release_that_did_not_know_a_field_holds(string quoted, string asked, string? field) =>
        Assert.Equal(field, QuotedOrder.OtherField(quoted, asked));

    [Fact]
    public void What_a_repeat_does_not_name_is_as_it_was()
    {
        var order = Request.ToOrder(Scene(), new());
        var before = order with { Settings = null };
        var named = Request with { IndirectMax = 0 };

        Assert.Equal(10f, QuotedOrder.AsBefore(Request, order, before).IndirectMax());
        Assert.Equal(0f, QuotedOrder.AsBefore(named, order, before).IndirectMax());
        Assert.Equal(0f, QuotedOrder.AsBefore(Request, order, null).IndirectMax());
    }

    private static int BitsOf(CreateRenderRequest asked, ApiOptions options) =>
        BitConverter.SingleToInt32Bits(asked.ToOrder(Scene(), options).IndirectMax());

    private static SceneView Scene() => new(
        SceneId.From(Guid.NewGuid()),
        AccountId.From(Guid.NewGuid()),
        new("box.glb", [new("box.glb", new string('a', 64), 3)], null),
        1,
        0,
        1,
        [],
        []);
}
