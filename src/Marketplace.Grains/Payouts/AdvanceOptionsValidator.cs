using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payouts;

/// <summary>Checks the section at start and names the key and what is allowed.</summary>
internal sealed class AdvanceOptionsValidator : IValidateOptions<AdvanceOptions>
{
    private const int PercentMax = 100;
    private const int DaysMax = 14;
    private const int DiscountMax = 5_000;

    public ValidateOptionsResult Validate(string? name, AdvanceOptions options) => options switch
    {
        { MaxSharePercent: < 0 or > PercentMax } =>
            Fail($"MaxSharePercent {options.MaxSharePercent} must be 0 to {PercentMax}."),
        { DaysOfEarnings: < 0 or > DaysMax } =>
            Fail($"DaysOfEarnings {options.DaysOfEarnings} must be 0 to {DaysMax}."),
        { DiscountBps: < 0 or > DiscountMax } => Fail($"DiscountBps {options.DiscountBps} must be 0 to {DiscountMax}."),
        _ => ValidateOptionsResult.Success,
    };

    private static ValidateOptionsResult Fail(string problem) =>
        ValidateOptionsResult.Fail($"{AdvanceOptions.Section}:{problem}");
}
