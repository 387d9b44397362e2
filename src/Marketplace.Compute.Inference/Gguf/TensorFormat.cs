namespace Marketplace.Compute.Inference.Gguf;

/// <summary>How the elements of a tensor are stored; the numbers are those of the GGUF format.</summary>
public enum TensorFormat
{
    F32 = 0,
    F16 = 1,

    /// <summary>Q8_0: blocks of 32 weights, an F16 scale and then 32 signed bytes.</summary>
    Q8 = 8,

    /// <summary>The upper half of an F32.</summary>
    BF16 = 30,
}
