namespace Marketplace.Grains.Webhooks;

/// <summary>A receiver's name stands for no address of the public internet.</summary>
internal sealed class PrivateAddressException(string host)
    : IOException($"'{host}' stands for no address of the public internet");
