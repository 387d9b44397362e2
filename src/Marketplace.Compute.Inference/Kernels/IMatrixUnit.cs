namespace Marketplace.Compute.Inference.Kernels;

/// <summary>
/// What multiplies small matrices for all lanes of a warp together: a type argument of kernels, so that the same code
/// runs on tensor cores and in checks without any. Values are changed in place; see <see cref="TensorCores"/> for why.
/// </summary>
internal interface IMatrixUnit
{
    /// <summary>Zeros to add to.</summary>
    FragmentSums Zero();

    /// <summary>
    /// Adds the sums over a piece of sixteen rows and eight vectors, times a scale each. The piece itself is summed
    /// from zero, the small halves of the vectors first: exact products, added in at least single precision, though
    /// not rounded to nearest. Then each lane multiplies and adds with one rounding. All lanes have to come here
    /// together; each hands in and gets its part as <see cref="FragmentMap"/> says.
    /// </summary>
    /// <param name="sums">What is added to.</param>
    /// <param name="rows">Weights of the sixteen rows.</param>
    /// <param name="four0">Elements of vectors that belong to step 0.</param>
    /// <param name="four1">And to step 1.</param>
    /// <param name="scales">Of the four sums of the lane.</param>
    void MultiplyAdd(
        ref FragmentSums sums, RowFragments rows, SplitFour four0, SplitFour four1, FragmentSums scales);

    /// <summary>Takes two halves off two halves, rounded to nearest.</summary>
    void Subtract(ref uint pair, uint less);
}
