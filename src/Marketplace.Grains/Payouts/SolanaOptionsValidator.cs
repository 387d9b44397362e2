using Marketplace.Solana;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payouts;

/// <summary>Checks the section at start and names the key and what is allowed.</summary>
internal sealed class SolanaOptionsValidator : IValidateOptions<SolanaOptions>
{
    private const int ExpiryMarginMax = 10_000;

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

        if (!options.DurableNonces && options.FurtherRpcUrls.Count == 0)
        {
            problems.Add("Solana:FurtherRpcUrls must name a second node where Solana:DurableNonces is false.");
        }

        if (options.ExpiryMarginBlocks is < 0 or > ExpiryMarginMax)
        {
            problems.Add($"Solana:ExpiryMarginBlocks {options.ExpiryMarginBlocks} must be 0 to {ExpiryMarginMax}.");
        }

        CheckSigner(options, problems);

        if (options.CallTimeout <= TimeSpan.Zero || options.CallTimeout > TimeSpan.FromMinutes(2))
        {
            problems.Add($"Solana:CallTimeout {options.CallTimeout} must be above 0 and at most 00:02:00.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void CheckSigner(SolanaOptions options, List<string> problems)
    {
        if (options.Signer == TreasurySigner.File)
        {
            MustExist("TreasuryKeyFile", options.TreasuryKeyFile);
            return;
        }

        MustExist("Pkcs11Module", options.Pkcs11Module);
        MustExist("Pkcs11PinFile", options.Pkcs11PinFile);

        if (string.IsNullOrWhiteSpace(options.Pkcs11Token) || string.IsNullOrWhiteSpace(options.Pkcs11KeyLabel))
        {
            problems.Add("Solana:Pkcs11Token and Solana:Pkcs11KeyLabel must be the labels of the token and its key.");
        }

        void MustExist(string key, string? file)
        {
            if (string.IsNullOrWhiteSpace(file) || !File.Exists(file))
            {
                problems.Add($"Solana:{key} '{file}' must name a file that exists.");
            }
        }
    }
}
