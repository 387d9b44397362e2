namespace Marketplace.Solana;

/// <summary>The two message forms in use. Version 0 adds lookup tables.</summary>
public enum MessageVersion
{
    Legacy,
    V0,
}
