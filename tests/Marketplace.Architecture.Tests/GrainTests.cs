using System.Reflection;

namespace Marketplace.Architecture.Tests;

/// <summary>What a rename, a second state or a stranger could break in the cluster.</summary>
public sealed class GrainTests
{
    private static readonly Assembly Grains = Assembly.Load("Marketplace.Grains");
    private static readonly Assembly Contracts = Assembly.Load("Marketplace.Grains.Abstractions");

    private static IEnumerable<Type> GrainClasses =>
        Grains.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IGrainBase)));

    private static IEnumerable<Type> GrainContracts =>
        Contracts.GetTypes().Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)));

    [Fact]
    public void Grains_are_seen_by_nobody_and_inherited_by_nobody() =>
        Offenders.None(GrainClasses.Where(type => type.IsVisible || !type.IsSealed).Select(type => type.Name));

    [Fact]
    public void Grains_have_a_name_that_outlives_their_class()
    {
        Assert.NotEmpty(GrainClasses);
        Offenders.None(GrainClasses.Where(type => type.GetCustomAttribute<GrainTypeAttribute>() is null).Select(type => type.Name));
    }

    [Fact]
    public void Contracts_and_their_methods_have_names_that_outlive_them()
    {
        var unnamed = GrainContracts
            .Where(type => type.GetCustomAttribute<AliasAttribute>() is null || IsUnnamed(type))
            .Select(type => type.Name)
            .Concat(GrainContracts.SelectMany(type => type.GetMethods())
                .Where(method => method.GetCustomAttribute<AliasAttribute>() is null)
                .Select(method => $"{method.DeclaringType!.Name}.{method.Name}"));

        Assert.NotEmpty(GrainContracts);
        Offenders.None(unnamed);
    }

    [Fact]
    public void A_name_of_stored_state_belongs_to_one_grain()
    {
        var shared = GrainClasses
            .SelectMany(type => type.GetConstructors().SelectMany(constructor => constructor.GetParameters())
                .Select(parameter => parameter.GetCustomAttribute<PersistentStateAttribute>()?.StateName)
                .Where(name => name is not null)
                .Select(name => (name, type.Name)))
            .GroupBy(state => state.name, state => state.Name, StringComparer.OrdinalIgnoreCase)
            .Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}: {string.Join(", ", group)}");

        Offenders.None(shared);
    }

    [Fact]
    public void Stored_state_is_sealed_and_seen_by_nobody()
    {
        var wrong = GrainClasses
            .SelectMany(type => type.GetConstructors().SelectMany(constructor => constructor.GetParameters()))
            .Where(parameter => parameter.GetCustomAttribute<PersistentStateAttribute>() is not null)
            .Select(parameter => parameter.ParameterType.GetGenericArguments()[0])
            .Where(state => state.IsVisible || !state.IsSealed)
            .Select(state => state.Name);

        Offenders.None(wrong);
    }

    private static bool IsUnnamed(Type type) =>
        type.IsAssignableTo(typeof(IGrain)) && type.GetCustomAttribute<GrainInterfaceTypeAttribute>() is null;
}
