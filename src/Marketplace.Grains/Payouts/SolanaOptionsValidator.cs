using Marketplace.Domain.Payouts;
using Marketplace.Solana;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Payouts;

/// <summary>Checks the section at start and names the key and what is allowed.</summary>
internal sealed class SolanaOptionsValidator : IValidateOptions<SolanaOptions>
{
    private const int ExpiryMarginMax = 10_000;
    private const int SlotsBackMax = 10_000;

    /// <summary>Allowed with a single node too: then all of them are one.</summary>
    private const int QuorumDefault = 2;

    public ValidateOptionsResult Validate(string? name, SolanaOptions options)
    {
        if (!options.IsConfigured)
        {
            return ValidateOptionsResult.Success;
        }

        var problems = new List<string>();
        Check(SolanaOptions.Section, options, problems);
        CheckRails(options, problems);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void CheckRails(SolanaOptions options, List<string> problems)
    {
        foreach (var (name, rail) in options.Rails)
        {
            var key = $"{SolanaOptions.Section}:Rails:{name}";

            if (!RailName.IsName(name) || name == RailName.Solana.Value)
            {
                problems.Add($"{key} must be named with 1 to 16 of a-z, 0-9 and '-', a letter first, not 'solana'.");
            }

            if (!rail.IsConfigured || string.IsNullOrEmpty(rail.GenesisHash))
            {
                problems.Add($"{key}:RpcUrl and {key}:GenesisHash must name the node and its chain.");
                continue;
            }

            if (options.Rails.Values.Append(options).Count(one => one.GenesisHash == rail.GenesisHash) > 1)
            {
                problems.Add($"{key}:GenesisHash '{rail.GenesisHash}' is the chain of another rail already.");
            }

            Check(key, rail, problems);
        }
    }

    private static void Check(string key, RailOptions options, List<string> problems)
    {
        foreach (var url in options.FurtherRpcUrls.Prepend(options.RpcUrl!))
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            {
                problems.Add($"{key}:RpcUrl '{url}' must be an absolute http or https address.");
            }
            else if (uri.Scheme == "http" && !uri.IsLoopback)
            {
                problems.Add($"{key}:RpcUrl '{url}' must use https: plain http is for this machine only.");
            }
        }

        if (!string.IsNullOrWhiteSpace(options.WebSocketUrl)
            && (!Uri.TryCreate(options.WebSocketUrl, UriKind.Absolute, out var socket)
                || !(socket.Scheme == "wss" || (socket.Scheme == "ws" && socket.IsLoopback))))
        {
            problems.Add($"{key}:WebSocketUrl '{options.WebSocketUrl}' must be an absolute wss address; plain ws is for"
                + " this machine only.");
        }

        if (!string.IsNullOrEmpty(options.GenesisHash) && !Hash.TryParse(options.GenesisHash, out _))
        {
            problems.Add($"{key}:GenesisHash '{options.GenesisHash}' is not base58 of 32 bytes.");
        }

        if (!PublicKey.TryParse(options.UsdcMint, out _))
        {
            problems.Add($"{key}:UsdcMint '{options.UsdcMint}' is not base58 of 32 bytes.");
        }

        CheckNonces(key, options, problems);

        if (options.Quorum < 1 || options.Quorum > Math.Max(QuorumDefault, options.FurtherRpcUrls.Count + 1))
        {
            problems.Add(
                $"{key}:Quorum {options.Quorum} must be 1 to the number of nodes, {options.FurtherRpcUrls.Count + 1}.");
        }

        if (options.FinalizedSlotsBackMax is < 0 or > SlotsBackMax)
        {
            problems.Add($"{key}:FinalizedSlotsBackMax {options.FinalizedSlotsBackMax} must be 0 to {SlotsBackMax}.");
        }

        if (options.ExpiryMarginBlocks is < 0 or > ExpiryMarginMax)
        {
            problems.Add($"{key}:ExpiryMarginBlocks {options.ExpiryMarginBlocks} must be 0 to {ExpiryMarginMax}.");
        }

        CheckSigner(key, options, problems);

        if (options.CallTimeout <= TimeSpan.Zero || options.CallTimeout > TimeSpan.FromMinutes(2))
        {
            problems.Add($"{key}:CallTimeout {options.CallTimeout} must be above 0 and at most 00:02:00.");
        }
    }

    private static void CheckNonces(string key, RailOptions options, List<string> problems)
    {
        if (!options.DurableNonces && options.FurtherRpcUrls.Count == 0)
        {
            problems.Add($"{key}:FurtherRpcUrls must name a second node where {key}:DurableNonces is false.");
        }

        if (options.LookupTables && !options.DurableNonces)
        {
            problems.Add($"{key}:LookupTables must be false where {key}:DurableNonces is false.");
        }
    }

    private static void CheckSigner(string section, RailOptions options, List<string> problems)
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
            problems.Add(
                $"{section}:Pkcs11Token and {section}:Pkcs11KeyLabel must be the labels of the token and its key.");
        }

        void MustExist(string key, string? file)
        {
            if (string.IsNullOrWhiteSpace(file) || !File.Exists(file))
            {
                problems.Add($"{section}:{key} '{file}' must name a file that exists.");
            }
        }
    }
}
