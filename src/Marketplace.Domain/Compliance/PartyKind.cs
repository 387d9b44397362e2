namespace Marketplace.Domain.Compliance;

/// <summary>What a listed party is.</summary>
public enum PartyKind
{
    /// <summary>Whatever the list does not call otherwise: companies, groups, authorities.</summary>
    Entity,

    Individual,

    Vessel,

    Aircraft,
}
