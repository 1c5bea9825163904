/** Why nothing was done: the caller's mistake, not the platform's. Exit 2. */
export class WrongUse extends Error {}
