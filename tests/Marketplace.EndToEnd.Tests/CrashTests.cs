using System.Globalization;
using Marketplace.CrashMatrix;
using Marketplace.Testing.Solana;

namespace Marketplace.EndToEnd.Tests;

/// <summary>The quick part of the crash matrix; <c>infra/crash-matrix.sh</c> runs all of it.</summary>
public class CrashTests
{
    [Fact]
    public async Task Money_is_right_after_the_host_died_where_it_hurts_most()
    {
        if (SolanaLocalnet.WhyUnavailable() is { } why)
        {
            Assert.Skip(why);
        }

        await using var output = new StringWriter(CultureInfo.InvariantCulture);
        var arguments = new MatrixArguments { Points = Point.Quick, Seeds = 1 };
        var results = await new Matrix(arguments, output).Run(TestContext.Current.CancellationToken);

        Assert.Equal(Point.Quick.Count, results.Count);
        Assert.True(results.All(result => result.IsGood), output.ToString());
    }
}
