namespace Marketplace.Compute.Inference.Gguf;

/// <summary>How the elements of a tensor are stored; the numbers are those of the GGUF format.</summary>
public enum TensorFormat
{
    F32 = 0,
    F16 = 1,

    /// <summary>Q4_0: blocks of 32 weights, an F16 scale and then 32 nibbles, less 8.</summary>
    Q4 = 2,

    /// <summary>Q8_0: blocks of 32 weights, an F16 scale and then 32 signed bytes.</summary>
    Q8 = 8,

    /// <summary>Q4_K: blocks of 256 weights in eight parts, each with a scale and a least value of 6 bits.</summary>
    Q4K = 12,

    /// <summary>Q6_K: blocks of 256 weights of 6 bits in sixteen parts, each with a scale of 8 bits.</summary>
    Q6K = 14,

    /// <summary>The upper half of an F32.</summary>
    BF16 = 30,
}
