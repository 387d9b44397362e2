using Marketplace.Agent.Inference;
using Marketplace.Agent.Protocol;
using Marketplace.Agent.SelfTests;
using Marketplace.Agent.Tests.Market;
using Marketplace.Agent.Tests.Work;
using Marketplace.Agent.Work;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Domain.Verification;
using Microsoft.Extensions.Logging.Abstractions;
using NSec.Cryptography;

namespace Marketplace.Agent.Tests.Inference;

/// <summary>Orders to audit another device's text against real engines and the real wire.</summary>
public sealed class AuditRunnerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_rig_measures_of_a_text_is_what_the_rig_that_made_it_has_committed_to(bool hasHub)
    {
        await using var rig = await RealRig();
        rig.Market.HasHub = hasHub;
        using var file = SyntheticModel.Write(RandomLlama.ShapeTiny);
        var bytes = await File.ReadAllBytesAsync(file.FilePath, Cancel);
        var order = RunningRig.TextOrder("att_1", 12, rig.Market.AddBlob(bytes), bytes.Length);
        rig.Market.Offer(order);
        var text = await rig.Market.Texts.Next("the text");
        var claims = new LogitCommitment(text.LogitHeader!, text.LogitRecords!).Read()!;
        int[] tokens = [.. claims.Select(claim => claim.Token)];

        rig.Market.Offer(order with { Attempt = "att_2", Text = null, Audit = new(order.Text!, tokens, 1e-4) });
        var done = await rig.Market.Audits.Next("the audit");

        var measured = MeasuredPosition.Decode(done.Positions)!;
        Assert.Equal(("att_2", "job_test"), (done.Attempt, done.Work));
        Assert.Null(MeasuredPosition.WhyNonsense(measured, tokens));
        Assert.All(measured.Zip(claims), pair =>
        {
            Assert.InRange(LogitDrift.Between(pair.First.Record, pair.Second), 0, 1e-5);
            Assert.Equal(0, pair.First.Margin);
        });
        Assert.True(IsSigned(rig, done, done.Positions));
        Assert.False(IsSigned(rig, done, done.Positions[..^1]));
    }

    /// <summary>As the platform's judge does: both draw a stored order's text alike.</summary>
    [Theory]
    [InlineData(double.Epsilon, 0)]
    [InlineData(0.0009, 0)]
    [InlineData(0.001, 0.001)]
    public void A_temperature_below_the_least_is_greedy(double temperature, double drawn)
    {
        var order = RunningRig.TextOrder("att_1", 12).Text!;

        Assert.Equal(drawn, ModelTextMaker.RequestOf(order with { Temperature = temperature }).Temperature);
    }

    [Fact]
    public async Task Orders_that_cannot_be_audited_are_told_and_market_is_told_that_audits_are_taken()
    {
        await using var rig = await RealRig();
        using var file = SyntheticModel.Write(RandomLlama.ShapeTiny);
        var bytes = await File.ReadAllBytesAsync(file.FilePath, Cancel);
        var order = RunningRig.TextOrder("att_1", 12, rig.Market.AddBlob(bytes), bytes.Length);
        int[][] unfit = [[], [int.MaxValue], [.. Enumerable.Repeat(5, 100_000)]];

        foreach (var (at, tokens) in unfit.Index())
        {
            rig.Market.Offer(order with
            {
                Attempt = $"att_{at}",
                Text = null,
                Audit = new(order.Text!, tokens, 1e-4),
            });
            var failed = await rig.Market.Failures.Next($"the fault of order {at}");
            Assert.Equal(($"att_{at}", WorkFault.Unsupported), (failed.Attempt, failed.Code));
        }

        Assert.False(rig.Market.Audits.Reader.TryRead(out _));
        Assert.True((await rig.Market.Models.Next("its models")).Audits);
    }

    private static Task<RunningRig> RealRig() =>
        RunningRig.StartWith((device, options) => new DeviceEngines(
            device, options, TimeProvider.System, NullLoggerFactory.Instance));

    private static bool IsSigned(RunningRig rig, AuditDoneMessage done, byte[] positions) =>
        SignatureAlgorithm.Ed25519.Verify(
            PublicKey.Import(
                SignatureAlgorithm.Ed25519,
                Convert.FromBase64String(rig.Market.Enrolled!.PublicKey),
                KeyBlobFormat.RawPublicKey),
            ResultStatement.Audit(done.Attempt, done.Work!, positions),
            Convert.FromBase64String(done.Signature!));
}
