namespace Marketplace.Api.Providers;

/// <summary>Makes the account a provider.</summary>
/// <param name="Name" example="Rigs of the North">What renters see, 1 to 100 characters.</param>
internal sealed record BecomeProviderRequest(string Name)
{
    public const int NameLengthMax = 100;
}
