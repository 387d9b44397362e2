using System.Runtime.InteropServices;

namespace Marketplace.Training.Runs;

/// <summary>
/// A run after a step, to go on from. The file is complete or absent: it is written beside and moved over.
/// Layout: "MTC1", SHA-256 of the recipe, step, count, then weights and both moments as floats, little-endian.
/// </summary>
internal sealed record Checkpoint(int Step, float[] Weights, float[] First, float[] Second)
{
    private static readonly byte[] Magic = "MTC1"u8.ToArray();

    public void Write(string path, byte[] recipeHash)
    {
        var beside = path + ".new";

        using (var file = File.Create(beside))
        using (var writer = new BinaryWriter(file))
        {
            writer.Write(Magic);
            writer.Write(recipeHash);
            writer.Write(Step);
            writer.Write(Weights.Length);
            writer.Write(MemoryMarshal.AsBytes<float>(Weights));
            writer.Write(MemoryMarshal.AsBytes<float>(First));
            writer.Write(MemoryMarshal.AsBytes<float>(Second));
            writer.Flush();
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }

    /// <exception cref="RecipeException">The file is no checkpoint of this recipe.</exception>
    public static Checkpoint Read(string path, byte[] recipeHash, int parameters)
    {
        using var file = File.OpenRead(path);
        using var reader = new BinaryReader(file);
        var expected = Magic.Length + recipeHash.Length + (2 * sizeof(int)) + (3L * parameters * sizeof(float));

        if (file.Length != expected || !reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic)
            || !reader.ReadBytes(recipeHash.Length).AsSpan().SequenceEqual(recipeHash))
        {
            throw new RecipeException(
                $"{path} was not made by this recipe: remove it to begin anew, or give the recipe it was made by");
        }

        var step = reader.ReadInt32();
        _ = reader.ReadInt32();
        return new(step, Floats(reader, parameters), Floats(reader, parameters), Floats(reader, parameters));
    }

    private static float[] Floats(BinaryReader reader, int count)
    {
        var floats = new float[count];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(floats.AsSpan()));
        return floats;
    }
}
