using System.Buffers.Binary;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>A file of vectors as rigs upload it: [inputs][width], floats of 32 bits, little-endian.</summary>
internal static class VectorFile
{
    /// <summary>All numbers of the file, or null when there is none of this length.</summary>
    public static async Task<float[]?> Read(IBlobStore blobs, string sha256, long bytes, CancellationToken cancel)
    {
        await using var file = await blobs.OpenRead(sha256, cancel);

        if (file is null || bytes is <= 0 or > EmbeddingLimits.VectorBytesMax)
        {
            return null;
        }

        var content = new byte[bytes];

        // Length first: a shorter one would end early, and a longer one is another file.
        if (await file.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancel) != content.Length
            || await file.ReadAsync(new byte[1], cancel) != 0)
        {
            return null;
        }

        var numbers = new float[content.Length / EmbeddingLimits.NumberBytes];

        for (var at = 0; at < numbers.Length; at++)
        {
            numbers[at] = BinaryPrimitives.ReadSingleLittleEndian(content.AsSpan(at * EmbeddingLimits.NumberBytes));
        }

        return numbers;
    }

    /// <summary>Why these are not vectors of length 1, or null when they are.</summary>
    public static string? WhyNoVectors(float[] numbers, int width)
    {
        for (var at = 0; at < numbers.Length / width; at++)
        {
            var length = LengthOf(numbers.AsSpan(at * width, width));

            if (!(Math.Abs(length - 1) <= EmbeddingLimits.LengthTolerance))
            {
                return $"vector {at} has the length {length:R}, allowed is 1";
            }
        }

        return null;
    }

    /// <summary>The first numbers of a vector, brought to length 1; all of them as they are.</summary>
    public static float[] Cut(float[] numbers, int width, int at, int wanted)
    {
        var vector = numbers.AsSpan(at * width, wanted).ToArray();

        if (wanted < width && LengthOf(vector) is > 0 and var length)
        {
            for (var place = 0; place < vector.Length; place++)
            {
                vector[place] = (float)(vector[place] / length);
            }
        }

        return vector;
    }

    /// <summary>The numbers in the file's form.</summary>
    public static byte[] Bytes(float[] numbers)
    {
        var bytes = new byte[numbers.Length * EmbeddingLimits.NumberBytes];

        for (var at = 0; at < numbers.Length; at++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at * EmbeddingLimits.NumberBytes), numbers[at]);
        }

        return bytes;
    }

    private static double LengthOf(ReadOnlySpan<float> vector)
    {
        var squares = 0.0;

        foreach (var number in vector)
        {
            squares += (double)number * number;
        }

        return Math.Sqrt(squares);
    }
}
