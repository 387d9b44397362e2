using CsCheck;
using Marketplace.Compute.Rendering.Scenes;

namespace Marketplace.Compute.Rendering.Tests.Scenes;

public sealed class AliasTableTests
{
    [Fact]
    public void Every_index_is_drawn_as_often_as_its_weight_says() => Gen.Float[0f, 100f].Array[1, 60].Sample(weights =>
    {
        var table = AliasTable.Of(weights);
        var drawn = new double[weights.Length];

        for (var i = 0; i < weights.Length; i++)
        {
            drawn[i] += table.Keep[i] / (double)weights.Length;
            drawn[table.Alias[i]] += (1.0 - table.Keep[i]) / weights.Length;
        }

        var total = weights.Sum(weight => (double)weight);

        for (var i = 0; i < weights.Length; i++)
        {
            var expected = total > 0 ? weights[i] / total : 1.0 / weights.Length;
            Assert.Equal(expected, drawn[i], 1e-5);
            Assert.Equal(expected, table.Chance[i], 1e-6);
        }
    });
}
