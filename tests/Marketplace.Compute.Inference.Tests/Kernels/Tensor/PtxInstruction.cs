namespace Marketplace.Compute.Inference.Tests.Kernels.Tensor;

/// <summary>A statement taken apart.</summary>
/// <param name="Name">Such as <c>add</c>.</param>
/// <param name="Type">What follows the name, such as <c>s32</c>; of loads and stores the space, where one is named.</param>
/// <param name="Operands">Lists in braces are one operand.</param>
internal sealed record PtxInstruction(string Name, string Type, IReadOnlyList<string[]> Operands);
