namespace Marketplace.Domain;

/// <summary>
/// A named point between two durable steps. In production it does nothing; a crash test registers one that ends the
/// process there.
/// </summary>
public interface ICheckpoint
{
    void Reach(string name);
}
