namespace Marketplace.Solana.Keys;

/// <summary>
/// Stops the signer by a file: who stands before the machine needs neither the service nor its database for that.
/// </summary>
public sealed class KillSwitch(string? file)
{
    /// <exception cref="SignerUnavailableException">The file is there.</exception>
    public void Check()
    {
        if (file is not null && File.Exists(file))
        {
            throw new SignerUnavailableException($"Signing is switched off by '{file}'.");
        }
    }
}
