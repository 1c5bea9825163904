/** Advisory lock of the reconciler: one run at a time in the whole installation, the chain and the pairings have one writer. */
export const RECONCILER_LOCK = 7_305_010
