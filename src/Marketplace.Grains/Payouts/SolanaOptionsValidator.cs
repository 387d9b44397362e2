using Marketplace.Solana;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payouts;

/// <summary>Checks the section at start and names the key and what is allowed.</summary>
internal sealed class SolanaOptionsValidator : IValidateOptions<SolanaOptions>
{
    public ValidateOptionsResult Validate(string? name, SolanaOptions options)
    {
        if (!options.IsConfigured)
        {
            return ValidateOptionsResult.Success;
        }

        var problems = new List<string>();

        foreach (var url in options.FurtherRpcUrls.Prepend(options.RpcUrl!))
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            {
                problems.Add($"Solana:RpcUrl '{url}' must be an absolute http or https address.");
            }
            else if (uri.Scheme == "http" && !uri.IsLoopback)
            {
                problems.Add($"Solana:RpcUrl '{url}' must use https: plain http is for this machine only.");
            }
        }

        if (!string.IsNullOrEmpty(options.GenesisHash) && !Hash.TryParse(options.GenesisHash, out _))
        {
            problems.Add($"Solana:GenesisHash '{options.GenesisHash}' is not base58 of 32 bytes.");
        }

        if (!PublicKey.TryParse(options.UsdcMint, out _))
        {
            problems.Add($"Solana:UsdcMint '{options.UsdcMint}' is not base58 of 32 bytes.");
        }

        if (string.IsNullOrWhiteSpace(options.TreasuryKeyFile) || !File.Exists(options.TreasuryKeyFile))
        {
            problems.Add($"Solana:TreasuryKeyFile '{options.TreasuryKeyFile}' must name a key file that exists.");
        }

        if (options.CallTimeout <= TimeSpan.Zero || options.CallTimeout > TimeSpan.FromMinutes(2))
        {
            problems.Add($"Solana:CallTimeout {options.CallTimeout} must be above 0 and at most 00:02:00.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
