using System.Reflection;

namespace Marketplace.Grains.Tests;

/// <summary>
/// What every grain must be, since the storage's key is the state's name and the grain's key, and nothing else.
/// </summary>
public sealed class ConventionTests
{
    private static readonly Type[] Grains =
        [.. typeof(MarketplaceGrains).Assembly.GetTypes().Where(type => typeof(Grain).IsAssignableFrom(type))];

    [Fact]
    public void Every_state_name_is_used_once()
    {
        var names = Grains
            .SelectMany(grain => grain.GetConstructors())
            .SelectMany(constructor => constructor.GetParameters())
            .Select(parameter => parameter.GetCustomAttribute<PersistentStateAttribute>()?.StateName)
            .OfType<string>()
            .ToArray();

        Assert.NotEmpty(names);
        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Every_grain_is_internal_sealed_and_has_a_name_that_survives_renaming()
    {
        Assert.All(Grains, grain =>
        {
            Assert.False(grain.IsPublic, grain.Name);
            Assert.True(grain.IsSealed, grain.Name);
            Assert.NotNull(grain.GetCustomAttribute<GrainTypeAttribute>());
        });
    }
}
