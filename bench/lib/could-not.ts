/** Something that a bench needs and this machine does not have: exit code 3, never another measure instead. */
export class CouldNot extends Error {}
