// The virtual machine: litesvm's native part alone, without the JavaScript client around it.
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';

const require = createRequire(import.meta.url);

function nativePackage() {
  const { platform, arch } = process;
  if (platform === 'darwin') return `litesvm-darwin-${arch}`;
  const musl = existsSync('/etc/alpine-release');
  return `litesvm-${platform}-${arch}-${musl ? 'musl' : 'gnu'}`;
}

export function loadVm() {
  const name = nativePackage();
  try {
    return require(name);
  } catch (problem) {
    // The lock file names the package for 64-bit Linux on x86; the other platforms' are installed by hand.
    throw new Error(`cannot load ${name}: run "npm ci" in infra/solana-localnet, elsewhere than on linux-x64 also `
      + `"npm install --no-save ${name}@1.5.0" (${problem.message})`);
  }
}

const transactionErrors = [
  'AccountInUse', 'AccountLoadedTwice', 'AccountNotFound', 'ProgramAccountNotFound', 'InsufficientFundsForFee',
  'InvalidAccountForFee', 'AlreadyProcessed', 'BlockhashNotFound', 'CallChainTooDeep', 'MissingSignatureForFee',
  'InvalidAccountIndex', 'SignatureFailure', 'InvalidProgramForExecution', 'SanitizeFailure', 'ClusterMaintenance',
  'AccountBorrowOutstanding', 'WouldExceedMaxBlockCostLimit', 'UnsupportedVersion', 'InvalidWritableAccount',
  'WouldExceedMaxAccountCostLimit', 'WouldExceedAccountDataBlockLimit', 'TooManyAccountLocks',
  'AddressLookupTableNotFound', 'InvalidAddressLookupTableOwner', 'InvalidAddressLookupTableData',
  'InvalidAddressLookupTableIndex', 'InvalidRentPayingAccount', 'WouldExceedMaxVoteCostLimit',
  'WouldExceedAccountDataTotalLimit', 'MaxLoadedAccountsDataSizeExceeded', 'ResanitizationNeeded',
  'InvalidLoadedAccountsDataSizeLimit', 'UnbalancedTransaction', 'ProgramCacheHitMaxLimit', 'CommitCancelled',
];

const instructionErrors = [
  'GenericError', 'InvalidArgument', 'InvalidInstructionData', 'InvalidAccountData', 'AccountDataTooSmall',
  'InsufficientFunds', 'IncorrectProgramId', 'MissingRequiredSignature', 'AccountAlreadyInitialized',
  'UninitializedAccount', 'UnbalancedInstruction', 'ModifiedProgramId', 'ExternalAccountLamportSpend',
  'ExternalAccountDataModified', 'ReadonlyLamportChange', 'ReadonlyDataModified', 'DuplicateAccountIndex',
  'ExecutableModified', 'RentEpochModified', 'NotEnoughAccountKeys', 'AccountDataSizeChanged', 'AccountNotExecutable',
  'AccountBorrowFailed', 'AccountBorrowOutstanding', 'DuplicateAccountOutOfSync', 'InvalidError',
  'ExecutableDataModified', 'ExecutableLamportChange', 'ExecutableAccountNotRentExempt', 'UnsupportedProgramId',
  'CallDepth', 'MissingAccount', 'ReentrancyNotAllowed', 'MaxSeedLengthExceeded', 'InvalidSeeds', 'InvalidRealloc',
  'ComputationalBudgetExceeded', 'PrivilegeEscalation', 'ProgramEnvironmentSetupFailure', 'ProgramFailedToComplete',
  'ProgramFailedToCompile', 'Immutable', 'IncorrectAuthority', 'AccountNotRentExempt', 'InvalidAccountOwner',
  'ArithmeticOverflow', 'UnsupportedSysvar', 'IllegalOwner', 'MaxAccountsDataAllocationsExceeded',
  'MaxAccountsExceeded', 'MaxInstructionTraceLengthExceeded', 'BuiltinProgramsMustConsumeComputeUnits', 'BorshIoError',
];

/** litesvm's error value in the JSON form of a validator. */
export function errorJson(error) {
  if (typeof error === 'number') return transactionErrors[error] ?? `Unknown${error}`;
  if (typeof error.err === 'function') {
    const inner = error.err();
    const cause = typeof inner === 'number' ? instructionErrors[inner] ?? 'GenericError'
      : 'code' in inner ? { Custom: inner.code } : { BorshIoError: inner.msg };
    return { InstructionError: [error.index, cause] };
  }
  const name = error.constructor.name.replace(/^TransactionError/, '');
  return 'accountIndex' in error ? { [name]: { account_index: error.accountIndex } } : { [name]: error.index };
}
