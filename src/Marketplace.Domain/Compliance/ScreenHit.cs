namespace Marketplace.Domain.Compliance;

/// <summary>Something of somebody is like something of a listed party.</summary>
/// <param name="Party">The list's number of the party.</param>
/// <param name="Field">What was screened: <c>name</c> or <c>wallet</c>.</param>
/// <param name="Asked">What was screened.</param>
/// <param name="Listed">What the list has.</param>
/// <param name="Likeness">0 to 1.</param>
/// <param name="Programs">What the party is listed for.</param>
[GenerateSerializer, Immutable, Alias("ScreenHit")]
public sealed record ScreenHit(
    [property: Id(0)] string Party,
    [property: Id(1)] string Field,
    [property: Id(2)] string Asked,
    [property: Id(3)] string Listed,
    [property: Id(4)] double Likeness,
    [property: Id(5)] IReadOnlyList<string> Programs)
{
    public const string NameField = "name";
    public const string WalletField = "wallet";

    public ScreenBand Band => ScreenBands.Of(Likeness);
}
