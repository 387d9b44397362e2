namespace Marketplace.Compute.Inference.Gguf;

/// <summary>How the elements of a tensor are stored; the numbers are those of the GGUF format.</summary>
public enum TensorFormat
{
    F32 = 0,
    F16 = 1,
}
