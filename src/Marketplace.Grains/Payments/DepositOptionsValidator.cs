using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payments;

/// <summary>Checks the section at start and names the key and what is allowed.</summary>
internal sealed class DepositOptionsValidator : IValidateOptions<DepositOptions>
{
    private const int LabelMax = 64;
    private const int SeedBytes = 32;

    public ValidateOptionsResult Validate(string? name, DepositOptions options)
    {
        if (options.PollEvery < TimeSpan.FromMilliseconds(10) || options.PollEvery > TimeSpan.FromHours(1))
        {
            return ValidateOptionsResult.Fail(
                $"Deposits:PollEvery {options.PollEvery} must be 00:00:00.010 to 01:00:00.");
        }

        if (options.SweepMinimumUsdc is < 0.000001m or > 1_000_000m)
        {
            return ValidateOptionsResult.Fail(
                $"Deposits:SweepMinimumUsdc {options.SweepMinimumUsdc} must be 0.000001 to 1000000.");
        }

        if (!string.IsNullOrEmpty(options.AddressSeedFile)
            && new FileInfo(options.AddressSeedFile) is not { Exists: true, Length: SeedBytes })
        {
            return ValidateOptionsResult.Fail(
                $"Deposits:AddressSeedFile '{options.AddressSeedFile}' must be a file of {SeedBytes} bytes.");
        }

        return options.Label.Length is >= 1 and <= LabelMax
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Deposits:Label must have 1 to {LabelMax} characters.");
    }
}
