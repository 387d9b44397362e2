using Marketplace.Domain.Devices;
using Marketplace.Domain.Verification;
using Marketplace.Host.Tests.Verification.Cheats;
using Marketplace.Testing;

namespace Marketplace.Host.Tests.Verification;

/// <summary>
/// The cheating table with the thresholds that the market begins with; <c>proof</c> of the benchmarks prints it with
/// more texts.
/// </summary>
public class CheatingTableTests
{
    private const int Texts = 6;
    private const int Tokens = 60;

    [Theory]
    [InlineData("models/stories260K/stories260K.gguf")]
    [InlineData("models/stories260K/stories260K-F16.gguf")]
    [InlineData("models/tinystories-656K/tinystories-656K-f32.gguf")]
    [InlineData("models/tinystories-656K/tinystories-656K-F16.gguf")]
    public void Every_cheat_is_caught_and_no_honest_text_is(string model)
    {
        using var table = new CheatingTable(
            SharedData.SkipUnless(model), Texts, Tokens, temperature: 0.8, threads: Environment.ProcessorCount);
        var thresholds = LogitThresholds.Start(table.WeightFormat, DeviceKind.Host);
        var honest = table.Honest();

        Assert.All(honest, text => Assert.Null(table.Audit(text, thresholds).Cause));

        var missed = table.Cheats(honest)
            .SelectMany(cheat => table.Requests.Select((request, number) =>
                (cheat.Name, Verdict: table.Audit(cheat.Make(request, number), thresholds))))
            .Where(one => one.Verdict.Stands)
            .Select(one => $"{one.Name}: drift {one.Verdict.DriftMax}, margins {one.Verdict.MarginSum}");
        Assert.Empty(missed);
    }
}
